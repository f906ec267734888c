#include "comm/collectives.h"
#include "galen/error.h"
#include "galen/output_file.h"
#include "launch/commands/bench.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/process/exit_code.h"
#include "launch/process/first_rank.h"
#include "trainer/device/device.h"
#include "trainer/device/threads.h"
#include "trainer/gradient/arena/vector_kernels.h"
#include "trainer/gradient/exchange/node_exchange.h"
#include "trainer/gradient/optimizer/update_kernels.h"
#include "trainer/options/run_options.h"

#include <mpi.h>

#include <ATen/ops/_fused_adam.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/zeros.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

namespace galen::launch {

namespace {

using Clock = std::chrono::steady_clock;

const Manual kBenchCommManual = {
    "galen bench comm [--key value …]",
    "Times the exchange of gradients over the ranks, for vectors of several sizes: Galen's sum in shared memory "
    "and MPI_Allreduce of the "
    "same bytes, alternating; then both with an optimiser step (Adam; for MPI PyTorch's fused kernel on every rank), "
    "compared with the time to "
    "move the necessary bytes at the memory bandwidth that all ranks together reach. Times are medians.",
    {"mpirun -np 2 galen bench comm", "mpirun -np 4 galen bench comm --sizes 1,25 --json comm.json"}};

struct CommBench {
  std::vector<double> sizes = {0.00390625, 0.0625, 0.25, 1, 4, 25, 64, 256};
  double seconds = 1;
  trainer::Compression compression = trainer::Compression::kNone;
  std::string json;
  double deadline = 300;
};

std::vector<Option> comm_bench_options(CommBench& bench) {
  return {
      numbers("sizes", bench.sizes, above(0), "Sizes of the vectors of f32, in MiB."),
      number("seconds", bench.seconds, above(0), "Approximate time for each size."),
      choice("compression", bench.compression, "Compression of Galen's sum between nodes, as comm.compression of galen train."),
      text("json", bench.json, "File for the figures; empty: none."),
      trainer::deadline_option(bench.deadline),
  };
}

/// A model with a single parameter: a matrix if the size allows it, as most of a network's parameters are in matrices.
class OneParameter final : public models::Model {
 public:
  explicit OneParameter(std::int64_t size)
      : parameter_((size % kColumns == 0 ? at::ones({size / kColumns, kColumns}) : at::ones({size})).requires_grad_()) {}
  models::Outputs forward(const Inputs&) override { return parameter_.sum(); }
  std::vector<models::NamedTensor> parameters() const override { return {{"parameter", parameter_}}; }
  std::vector<models::NamedTensor> buffers() const override { return {}; }
  void set_training(bool) override {}
  void to(at::Device) override {}
  models::OutputForm output_form() const override { return models::OutputForm::kLogits; }
  std::vector<models::LayerRow> layers() const override { return {}; }

 private:
  static constexpr std::int64_t kColumns = 1024;

  at::Tensor parameter_;
};

/// An optimiser that publishes the sums themselves, so that a step is an all-reduce.
class Publisher final : public trainer::Optimizer {
 public:
  explicit Publisher(trainer::ParameterArena& arena) : values_(arena.values().mutable_data_ptr<float>()) {}
  void begin(double, std::int64_t) override {}
  void update(std::int64_t begin, std::int64_t end, const float* gradients) override {
    std::copy_n(gradients, end - begin, values_ + begin);
  }
  std::vector<models::NamedTensor> state() const override { return {}; }

 private:
  float* values_;
};

/// Rank 0's value, on all ranks.
double agreed(double value, comm::Communicator& world) {
  at::Tensor tensor = at::from_blob(&value, {1}, at::kDouble);
  world.broadcast(tensor, 0);
  return value;
}

/// Medians of rank 0's times of each of `works`, run alternately for about `seconds`. Collective.
std::vector<double> take_turns(const std::vector<std::function<void()>>& works, double seconds, comm::Communicator& world) {
  double once = 0;
  for (int warm_up = 0; warm_up < 2; ++warm_up) {
    once = 0;
    for (const auto& work : works) once += seconds_of(work);
  }
  const int rounds = std::clamp(static_cast<int>(agreed(seconds / once, world)), 7, 1000);
  std::vector<std::vector<double>> times(works.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t w = 0; w < works.size(); ++w) {
      world.barrier();
      world.barrier();  // the first wait may have been long enough to sleep; after this barrier all ranks spin
      times[w].push_back(seconds_of(works[w]));
    }
  }
  std::vector<double> medians;
  for (const auto& of_one : times) medians.push_back(median(of_one));
  return medians;
}

struct Row {
  double mib = 0;
  double sum_s = 0, mpi_s = 0;                     ///< the sum alone
  double step_s = 0, mpi_step_s = 0, limit_s = 0;  ///< with Adam
};

/// The memory bandwidth: all ranks together add one long vector to another in place.
class MemoryProbe {
 public:
  explicit MemoryProbe(const comm::Communicator& world) : to_(at::ones({kElements / world.size()})), from_(at::ones_like(to_)) {}

  void operator()() {
    trainer::vector_kernels().add(to_.mutable_data_ptr<float>(), to_.const_data_ptr<float>(), from_.const_data_ptr<float>(), to_.numel());
  }

  static double bytes() { return 12.0 * kElements; }  ///< read and written by one call of all ranks

 private:
  static constexpr std::int64_t kElements = std::int64_t{32} << 20;  // two vectors of 128 MiB: much larger than caches

  at::Tensor to_, from_;
};

Row measure(double mib, const CommBench& bench, MemoryProbe& probe, comm::Communicator& world) {
  const auto elements = std::max<std::int64_t>(1, static_cast<std::int64_t>(mib * 1024 * 1024 / 4));
  const auto workers = comm::ordered_by_node(world);
  OneParameter model(elements);
  comm::Node node(*workers);
  trainer::ParameterArena arena(model, node);
  const trainer::ExchangeOptions options{.comm = {.compression = bench.compression}};
  trainer::Gradients gradients(model, arena, {world.rank(), world.rank() + 1}, world.size(), 1,
                               node.count() > 1 ? &options.comm.buckets : nullptr);
  gradients.begin_step();
  gradients.accumulate(model.forward({}).main, 1, 1);

  Publisher publisher(arena);
  const auto adam = trainer::make_optimizer({.rule = trainer::UpdateRule::kAdam}, arena, trainer::cpu_update_kernels());
  trainer::NodeExchange sum(options, {arena, gradients, publisher, node, world.size()});
  trainer::NodeExchange step(options, {arena, gradients, *adam, node, world.size()});
  trainer::Timeline timeline;
  const auto run = [&](trainer::StepExchange& exchange) {
    for (const std::size_t bucket : gradients.buckets().order()) exchange.launch(bucket);
    exchange.complete({}, 1, timeline);
  };

  at::Tensor values = at::ones({elements}), mine = at::ones({elements}), first = at::zeros({elements}), second = at::zeros({elements});
  const at::Tensor number = at::ones({});
  // Called as in any MPI program; in place, so that sums grow, finally to infinity, which takes no longer.
  const auto mpi_sum = [&] {
    MPI_Allreduce(MPI_IN_PLACE, mine.mutable_data_ptr<float>(), static_cast<int>(elements), MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD);
  };
  const auto mpi_step = [&] {
    mpi_sum();
    at::_fused_adam_({values}, {mine}, {first}, {second}, {}, {number}, 1e-3, 0.9, 0.999, 0.0, 1e-8, false, false);
  };
  // Before and after, not in between: it evicts the caches, which are full after a training step.
  const auto probed = [&] { return take_turns({[&] { probe(); }}, bench.seconds / 10, world).front(); };
  const double probed_before = probed();
  const std::vector<double> medians =
      take_turns({[&] { run(sum); }, mpi_sum, [&] { run(step); }, mpi_step, [&] { probe(); }}, bench.seconds, world);
  const double probe_seconds = (probed_before + probed()) / 2;
  const double bytes = 4.0 * static_cast<double>(elements) * (node.size() + 6);  // gradients; values and two moments, read and written
  return {mib, medians[0], medians[1], medians[2], medians[3], bytes * probe_seconds / MemoryProbe::bytes()};
}

std::string to_table(const std::vector<Row>& rows, int workers) {
  std::string text = fmt::format("{} ranks, times in ms\n", workers);
  text += fmt::format("{:>9} {:>10} {:>10} {:>7} {:>12} {:>12} {:>7} {:>10} {:>9}\n", "MiB", "sum", "MPI's", "ratio", "sum+Adam",
                      "MPI+PyTorch", "ratio", "limit", "of limit");
  for (const Row& row : rows) {
    text += fmt::format("{:>9.4g} {:>10.4f} {:>10.4f} {:>7.2f} {:>12.4f} {:>12.4f} {:>7.2f} {:>10.4f} {:>9.2f}\n", row.mib, 1e3 * row.sum_s,
                        1e3 * row.mpi_s, row.mpi_s / row.sum_s, 1e3 * row.step_s, 1e3 * row.mpi_step_s, row.mpi_step_s / row.step_s,
                        1e3 * row.limit_s, row.limit_s / row.step_s);
  }
  return text;
}

std::string to_json(const std::vector<Row>& rows, int workers) {
  nlohmann::ordered_json json = {{"workers", workers}};
  for (const Row& row : rows) {
    json["sizes"].push_back({{"mib", row.mib},
                             {"sum_s", row.sum_s},
                             {"mpi_allreduce_s", row.mpi_s},
                             {"sum_adam_s", row.step_s},
                             {"mpi_allreduce_fused_adam_s", row.mpi_step_s},
                             {"memory_limit_s", row.limit_s}});
  }
  return json.dump(2) + "\n";
}

}  // namespace

int bench_comm(const Arguments& arguments, comm::Communicator& world) {
  CommBench bench;
  Configuration configuration(comm_bench_options(bench));
  if (!read_bench(arguments, kBenchCommManual, configuration, bench.deadline, world)) return kDone;
  if (!bench.json.empty()) on_first_rank(world, [&] { expect_output(bench.json, /*overwrite=*/true); });
  trainer::set_threads(1, 1);

  MemoryProbe probe(world);
  std::vector<Row> rows;
  for (const double mib : bench.sizes) rows.push_back(measure(mib, bench, probe, world));
  if (world.rank() != 0) return kDone;
  std::fputs(to_table(rows, world.size()).c_str(), stdout);
  const std::string json = to_json(rows, world.size());
  if (!bench.json.empty()) write_output(bench.json, json, /*overwrite=*/true);
  return kDone;
}

}  // namespace galen::launch
