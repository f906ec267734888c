#include "trainer/bench/regression_speed.h"

#include "trainer/device/threads.h"
#include "trainer/linear/inference.h"
#include "trainer/samples/table_rows.h"

#include <ATen/ops/from_blob.h>

#include <chrono>
#include <ctime>
#include <numeric>
#include <optional>
#include <utility>

namespace galen::trainer {
namespace {

double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double sum_over(comm::Communicator& world, double value) {
  at::Tensor tensor = at::from_blob(&value, {1}, at::kDouble);
  world.all_reduce(tensor, comm::Reduction::kSum);
  return value;
}

linear::FitSpecification specification(const RegressionBenchOptions& options, const data::Dataset& dataset, const Table& table) {
  linear::FitSpecification what{.kind = options.kind};
  what.penalty = {.l2 = options.l2, .l1 = options.l1};
  what.names.columns = table.column_names;
  what.names.outputs = {dataset.target_name()};
  if (options.kind != linear::Kind::kLogistic) return what;
  what.classes = static_cast<std::int64_t>(dataset.class_names().size());
  what.names.outputs = dataset.class_names();
  return what;
}

}  // namespace

RegressionMeasurement measure_regression(const RegressionBenchOptions& options, comm::Communicator& world) {
  const int threads = set_threads(options.threads, kUsualThreads);
  const data::Dataset dataset({.file = options.file});
  std::vector<std::int64_t> all(static_cast<std::size_t>(dataset.size()));
  std::iota(all.begin(), all.end(), 0);
  const Table table = load_table(dataset, all, {.scaling = data::ScalingMethod::kNone}, {.threads = threads}, world);
  const linear::FitSpecification what = specification(options, dataset, table);

  RegressionMeasurement measured{.rows = dataset.size(), .columns = table.rows.columns};
  for (int round = 0; round < options.rounds; ++round) {
    TableRows rows = table.rows;
    world.barrier();
    const auto begin = std::chrono::steady_clock::now();
    const double processor = processor_seconds();
    linear::Fit fit(what, std::move(rows), world, threads);
    while (!fit.state().converged && fit.state().rounds < 500) fit.next();
    std::optional<linear::Inference> inference;
    if (options.errors) inference = linear::infer(fit, {.covariance = Covariance::kModel});
    const double used = processor_seconds() - processor;
    world.barrier();
    measured.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    measured.processor.push_back(sum_over(world, used));
    measured.iterations = fit.state().rounds;
    measured.largest_gradient = fit.state().largest_gradient;
    measured.coefficients = fit.coefficients();
    measured.standard_errors.clear();
    if (!inference) continue;
    for (const auto& output : inference->estimates) {
      for (const linear::Estimate& estimate : output) measured.standard_errors.push_back(estimate.error);
    }
  }
  return measured;
}

}  // namespace galen::trainer
