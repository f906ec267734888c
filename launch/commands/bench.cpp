#include "launch/commands/bench.h"
#include "galen/error.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/model_keys.h"
#include "trainer/options/run_options.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

namespace galen::launch {

namespace {

constexpr char kBenchUsage[] =
    "galen bench checkpoint [FILE.cfg] [--key value …]    the cost of checkpoints in training, and how fast they are written\n"
    "galen bench comm [--key value …]    the sum of gradients over the ranks: Galen, MPI_Allreduce, and the memory's limit\n"
    "galen bench data [--key value …]    from an HDF5 file to a batch: samples/s of every path, and the limits\n"
    "galen bench evaluation [--key value …]    metrics and 95 % intervals of a report, on synthetic predictions\n"
    "galen bench linear --file FILE.h5 [--key value …]    a regression, from a table in memory to coefficients\n"
    "galen bench train [FILE.cfg] [--key value …]    samples/s of a training run, and the time of each phase\n\n"
    "--help after any of them shows its options, with examples.\n";

}  // namespace

bool read_bench(const Arguments& arguments, const Manual& manual, Configuration& configuration, const double& deadline,
                comm::Communicator& world) {
  if (asks_for_help(arguments)) {
    if (world.rank() == 0) std::fputs(to_text(manual, configuration.options()).c_str(), stdout);
    return false;
  }
  configuration.read(parse_command_line(arguments, configuration.options(), /*operands=*/0));
  world.set_deadline(to_milliseconds(deadline));
  return true;
}

bool read_training_bench(const Arguments& arguments, const Manual& manual, std::vector<Option> own, trainer::ExperimentOptions& experiment,
                         const comm::Communicator& world) {
  Configuration configuration(trainer::run_options(experiment));
  Configuration of_its_own(std::move(own));
  std::vector<Option> all = of_its_own.options();
  all.insert(all.end(), configuration.options().begin(), configuration.options().end());
  if (asks_for_help(arguments)) {
    const std::string help = to_text(manual, of_its_own.options()) + "\nThe options of galen train apply as well: galen train --help\n";
    if (world.rank() == 0) std::fputs(help.c_str(), stdout);
    return false;
  }
  const CommandLine line = parse_command_line(arguments, all, /*operands=*/1);
  if (!line.operands.empty()) configuration.read_file(line.operands[0]);
  configuration.read(line);
  keep_keys_of_model(configuration);
  of_its_own.read(line);
  if (experiment.dataset.file.empty())
    throw UsageError("data.file is not set. Name the data set with --data.file FILE.h5; galen synth makes one to try.");
  return true;
}

int bench(const Arguments& arguments, comm::Communicator& world) {
  const std::string what = arguments.empty() ? "" : arguments[0];
  if (what == "--help" || what == "-h") {
    if (world.rank() == 0) std::fputs(kBenchUsage, stdout);
    return 0;
  }
  const Arguments rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  if (what == "checkpoint") return bench_checkpoint(rest, world);
  if (what == "comm") return bench_comm(rest, world);
  if (what == "data") return bench_data(rest, world);
  if (what == "evaluation") return bench_evaluation(rest, world);
  if (what == "linear") return bench_linear(rest, world);
  if (what == "train") return bench_train(rest, world);
  throw UsageError("Name a benchmark{}: galen bench checkpoint, comm, data, evaluation, linear or train.",
                   what.empty() ? "" : ", not " + what);
}

double seconds_of(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace galen::launch
