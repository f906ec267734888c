#include "galen/error.h"
#include "launch/commands.h"
#include "launch/configuration.h"
#include "launch/exit_code.h"
#include "launch/help.h"
#include "launch/options.h"
#include "launch/paragraph.h"
#include "launch/run_folder.h"
#include "launch/signals.h"
#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/roles.h"
#include "trainer/experiment.h"
#include "trainer/resume.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>

namespace galen::launch {

namespace {

const Manual kManual = {
    "galen train [FILE.cfg] [--key value …]",
    "Trains a model on the training split of a data set, validates it after each epoch, and reports on the test split. Alone it is one "
    "worker; under "
    "mpirun every process is one, and trainer.batch is shared out between them. The command line wins over the configuration file, the "
    "file over the "
    "defaults. The run's folder holds config.cfg (which repeats the run), metrics.jsonl, TensorBoard events, checkpoints/, best and last. "
    "Exit codes: 0 "
    "done, 1 failed, 2 wrong command or configuration, 75 stopped by SIGTERM or SIGUSR1 with a checkpoint, 130 stopped by Ctrl-C with a "
    "checkpoint.",
    {
        "galen train configs/quickstart.cfg",
        "mpirun -np 4 galen train configs/breastmnist_resnet18.cfg --optimizer.learning_rate 3e-4 --run.folder runs/slow",
        "mpirun -np 2 galen train runs/slow/config.cfg --resume",
        "galen train --data.file mine.h5 --data.input /x --data.target /y --data.layout nhwc --model.name cnn32",
        "galen train configs/quickstart.cfg --print-config",
    }};

struct Switches {
  bool resume = false;
  bool overwrite = false;
  bool print_config = false;
  bool quiet = false;
};

Option resume_switch(bool& resume) {
  const auto set = [&resume](const std::string& value) {
    if (value != "auto" && value != "true" && value != "never" && value != "false") return false;
    resume = value == "auto" || value == "true";
    return true;
  };
  return {
      "resume", "Go on from the newest valid checkpoint in run.folder; where there is none, begin.", "auto or never", true, set, [&resume] {
        return resume ? "auto" : "never";
      }};
}

std::vector<Option> switch_options(Switches& switches) {
  return {
      resume_switch(switches.resume),
      flag("overwrite", switches.overwrite, "Replace the run that run.folder holds."),
      flag("print-config", switches.print_config, "Show every value and where it came from, and stop."),
      flag("quiet", switches.quiet, "No progress on the terminal."),
  };
}

std::vector<Option> joined(std::vector<Option> first, const std::vector<Option>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

std::string default_folder(const CommandLine& line) {
  return "runs/" + (line.operands.empty() ? "train" : std::filesystem::path(line.operands[0]).stem().string());
}

void check(const trainer::ExperimentOptions& experiment, const Switches& switches) {
  if (switches.resume && switches.overwrite)
    throw UsageError("--resume keeps the run in run.folder and --overwrite removes it. Use one of the two.");
  if (experiment.dataset.file.empty()) {
    throw UsageError(
        "data.file is not set. Name the data set with --data.file FILE.h5, or in a configuration file; galen synth makes one to try.");
  }
}

void tell_changes(const std::map<std::string, std::string>& saved, const std::map<std::string, std::string>& now) {
  for (const auto& [key, value] : now) {
    const auto before = saved.find(key);
    if (before != saved.end() && before->second != value)
      fmt::print("note: resumed with {} = {}; it was {}.\n", key, value, before->second);
  }
}

// What repeats this run: the configuration, with the number of lanes that it really has.
std::vector<Option> resolved_options(trainer::ExperimentOptions& resolved, comm::Communicator& world) {
  const auto earlier = resolved.resume
                           ? trainer::newest_manifest(trainer::CheckpointStore(resolved.folder, resolved.coordinator.store), world)
                           : std::nullopt;
  const int workers = trainer::count_workers(resolved.coordinator, world.size());
  if (resolved.trainer.lanes == 0) resolved.trainer.lanes = earlier ? earlier->lanes : std::max(1, workers);
  std::vector<Option> options = experiment_options(resolved);
  if (earlier && world.rank() == 0) tell_changes(earlier->record, record_of(options));
  return options;
}

std::string started_with(const comm::Communicator& world) {
  return world.size() == 1 ? "galen" : fmt::format("mpirun -np {} galen", world.size());
}

int tell_stop(const trainer::ExperimentOptions& experiment, const trainer::ExperimentOutcome& outcome, const comm::Communicator& world) {
  const bool interrupted = outcome.ending == trainer::Ending::kInterrupted;
  if (world.rank() == 0) {
    fmt::print("\nStopped {} after step {}. The checkpoint is {}.\nGo on with\n  {} train {}/config.cfg --resume\n",
               interrupted ? "by Ctrl-C" : "on request", outcome.state.step, outcome.last, started_with(world), experiment.folder);
  }
  return interrupted ? kInterrupted : kPreempted;
}

void tell_result(const trainer::ExperimentOptions& experiment, const trainer::ExperimentOutcome& outcome) {
  const std::string ending = outcome.ending == trainer::Ending::kEarlyStopped ? " (no further improvement)" : "";
  fmt::print("\nTrained {} steps in {:.1f} s{}.\n", outcome.state.step, outcome.seconds, ending);
  if (outcome.validation.samples > 0) fmt::print("\nValidation\n{}", trainer::describe(outcome.validation));
  if (outcome.test.samples > 0) fmt::print("\nTest\n{}", trainer::describe(outcome.test));
  fmt::print(
      "\nBest checkpoint: {0}\nNext\n  galen evaluate --checkpoint {0} --data.split test --json {1}/test.json\n  galen predict "
      "--checkpoint {0} --data.file "
      "NEW.h5 --out predictions.csv\n",
      outcome.best, experiment.folder);
}

}  // namespace

int train(const Arguments& arguments, comm::Communicator& world) {
  trainer::ExperimentOptions experiment;
  Switches switches;
  Configuration configuration(experiment_options(experiment));
  Configuration switched(switch_options(switches));
  const std::vector<Option> all = joined(switched.options(), configuration.options());
  if (asks_for_help(arguments)) {
    std::fputs(to_text(kManual, all).c_str(), stdout);
    return kDone;
  }

  const CommandLine line = parse_command_line(arguments, all, /*operands=*/1);
  if (!line.operands.empty()) configuration.read_file(line.operands[0]);
  configuration.read(line);
  switched.read(line);
  if (experiment.folder.empty()) experiment.folder = default_folder(line);
  if (switches.print_config) {
    if (world.rank() == 0) std::fputs(configuration.to_text().c_str(), stdout);
    return kDone;
  }
  check(experiment, switches);
  make_paths_absolute(experiment);
  experiment.resume = switches.resume;
  experiment.quiet = switches.quiet;

  trainer::ExperimentOptions resolved = experiment;
  const std::vector<Option> options = resolved_options(resolved, world);
  experiment.record = record_of(options);
  const EarlierRun earlier = switches.resume ? EarlierRun::kResume : switches.overwrite ? EarlierRun::kOverwrite : EarlierRun::kRefuse;
  const RunFolder folder(experiment.folder, earlier, to_text(options), world);

  const SignalWatch signals;
  const trainer::ExperimentOutcome outcome = trainer::train(experiment, world, signals.request());
  if (outcome.ending == trainer::Ending::kInterrupted || outcome.ending == trainer::Ending::kPreempted)
    return tell_stop(experiment, outcome, world);
  if (world.rank() == 0) tell_result(experiment, outcome);
  return kDone;
}

}  // namespace galen::launch
