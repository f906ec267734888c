#include "galen/error.h"
#include "galen/output_file.h"
#include "launch/commands/bench.h"
#include "launch/process/exit_code.h"
#include "launch/process/first_rank.h"
#include "trainer/bench/regression_speed.h"
#include "trainer/options/run_options.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace galen::launch {

namespace {

const Manual kBenchLinearManual = {
    "galen bench linear --file FILE.h5 [--key value …]",
    "Times a linear, logistic or Poisson regression on all samples of a table, from the table in memory to coefficients, and to standard "
    "errors if requested. Times are medians. tests/bench/versus_linear.py runs it and its peers alternately.",
    {"mpirun -np 2 galen bench linear --file table.h5 --kind linear --errors true",
     "galen bench linear --file table.h5 --kind logistic --l2 1 --json fit.json"}};

struct LinearBench {
  trainer::RegressionBenchOptions part;
  std::string json;
  double deadline = 300;
};

std::vector<Option> linear_bench_options(LinearBench& bench) {
  return {
      text("file", bench.part.file, "The table, an HDF5 file of galen import."),
      choice("kind", bench.part.kind, "The regression."),
      number("l2", bench.part.l2, at_least(0), "L2 penalty: half of it times the sum of squared coefficients is added to the summed loss."),
      number("l1", bench.part.l1, at_least(0), "L1 penalty: it times the sum of absolute coefficients is added to the summed loss."),
      flag("errors", bench.part.errors, "Compute standard errors as well."),
      number("rounds", bench.part.rounds, at_least(1), "Number of fits; medians are reported."),
      number("threads", bench.part.threads, at_least(0), "Threads of a rank; 0: OMP_NUM_THREADS, else 1."),
      text("json", bench.json, "File for the figures; empty: none."),
      trainer::deadline_option(bench.deadline),
  };
}

}  // namespace

int bench_linear(const Arguments& arguments, comm::Communicator& world) {
  LinearBench bench;
  Configuration configuration(linear_bench_options(bench));
  if (!read_bench(arguments, kBenchLinearManual, configuration, bench.deadline, world)) return kDone;
  if (bench.part.file.empty()) throw UsageError("file is not set. Name the table with --file FILE.h5.");
  if (!bench.json.empty()) on_first_rank(world, [&] { expect_output(bench.json, /*overwrite=*/true); });

  const trainer::RegressionMeasurement found = trainer::measure_regression(bench.part, world);
  if (world.rank() != 0) return kDone;
  fmt::print("{} rows of {} columns, {} regression on {} ranks: {:.4f} s, {:.4f} s of processor time; {} rounds, largest gradient {:.1e}\n",
             found.rows, found.columns, name_of(bench.part.kind), world.size(), median(found.seconds), median(found.processor),
             found.iterations, found.largest_gradient);
  if (bench.json.empty()) return kDone;
  const nlohmann::ordered_json json({{"seconds", found.seconds},
                                     {"processor_s", found.processor},
                                     {"rounds", found.iterations},
                                     {"largest_gradient", found.largest_gradient},
                                     {"coefficients", found.coefficients},
                                     {"standard_errors", found.standard_errors}});
  write_output(bench.json, json.dump() + "\n", /*overwrite=*/true);
  return kDone;
}

}  // namespace galen::launch
