#include "launch/starting/launched_command.h"

#include "galen/error.h"
#include "launch/audit/run_audit.h"
#include "launch/options/experiment_options.h"
#include "launch/options/training_command.h"
#include "trainer/checkpoint/store.h"
#include "trainer/options/run_options.h"

#include <algorithm>
#include <utility>

namespace galen::launch {

namespace {

std::string given(const Arguments& arguments, const std::string& key) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == key && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with(key + "=")) return arguments[i].substr(key.size() + 1);
  }
  return "";
}

// Of the run to be resumed, which overrides the configuration; a checkpoint that cannot be read is reported by the workers.
std::int64_t saved_lanes(const std::string& folder, const trainer::StoreOptions& options) {
  try {
    const trainer::CheckpointStore store(folder, options);
    const std::vector<std::string> checkpoints = store.newest_first();
    return checkpoints.empty() ? 0 : trainer::Checkpoint(checkpoints.front(), store.key()).manifest().lanes;
  } catch (const Error&) {
    return 0;
  }
}

void read_training(LaunchedCommand& command) {
  trainer::ExperimentOptions experiment;
  TrainingSwitches switches;
  std::string audit_key_file;
  std::vector<Option> options = trainer::run_options(experiment);
  options.push_back(audit_key_option(audit_key_file));
  Configuration configuration(std::move(options));
  Configuration switched(training_switches(switches));
  command.line = read_training_line(command.arguments, configuration, switched);
  check_training(experiment, switches);

  command.trains = true;
  choose_run_folder(experiment, configuration, command.line);
  command.folder = experiment.folder;
  command.resumes = switches.resume;
  command.overwrites = switches.overwrite;
  command.batch = experiment.trainer.batch;
  command.lanes = experiment.trainer.lanes;
  if (command.lanes <= 0 && switches.resume) {
    const std::int64_t saved = saved_lanes(command.folder, experiment.coordinator.store);
    if (saved > 0) command.lanes = saved;
  }
  command.most_workers = command.lanes > 0 ? std::min(command.lanes, experiment.trainer.batch) : experiment.trainer.batch;
  command.threads = experiment.trainer.threads;
  command.loading_threads = experiment.loading.threads;
  command.deadline = experiment.deadline;
  command.may_use_gpus = experiment.device != trainer::DeviceChoice::kCpu;
  command.coordinator_process = experiment.coordinator.placement == trainer::Placement::kProcess;
}

}  // namespace

LaunchedCommand read_launched_command(const std::string& name, const Arguments& arguments) {
  LaunchedCommand command;
  command.name = name;
  command.arguments = arguments;
  if (name == "train") {
    read_training(command);
  } else {
    command.applies = name == "evaluate" || name == "predict";
    command.may_use_gpus = name != "import" && given(arguments, "--device") != "cpu";
  }
  return command;
}

Arguments arguments_to_go_on(const LaunchedCommand& command, bool has_checkpoint, std::int64_t lanes) {
  Arguments arguments = command.line.operands;
  for (const auto& [key, value] : command.line.values) {
    if (key == "resume" || key == "overwrite" || key == "trainer.lanes") continue;
    arguments.push_back(fmt::format("--{}={}", key, value));
  }
  if (!has_checkpoint) arguments.push_back(fmt::format("--trainer.lanes={}", lanes));
  arguments.push_back(!has_checkpoint && command.overwrites ? "--overwrite" : "--resume=auto");
  return arguments;
}

}  // namespace galen::launch
