#include "galen/terminal_text.h"
#include "launch/audit/actor.h"
#include "launch/audit/run_audit.h"
#include "launch/commands/commands.h"
#include "launch/options/configuration.h"
#include "launch/options/experiment_options.h"
#include "launch/options/help.h"
#include "launch/options/training_command.h"
#include "launch/options/training_help.h"
#include "launch/process/exit_code.h"
#include "launch/process/failure.h"
#include "launch/process/first_rank.h"
#include "launch/process/job_end.h"
#include "launch/process/signals.h"
#include "launch/run_folder/run_folder.h"
#include "trainer/checkpoint/store.h"
#include "trainer/coordinator/roles.h"
#include "trainer/experiment.h"
#include "trainer/lanes/lane_count.h"
#include "trainer/logs/progress.h"
#include "trainer/logs/rank_record.h"
#include "trainer/options/run_options.h"
#include "trainer/resume/newest_checkpoint.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>

namespace galen::launch {

namespace {

const Manual kTrainManual = {
    "galen train [FILE.cfg] [--key value …]\ngalen train --help MODEL",
    "Trains a model on the training split of a data set, validates it after each epoch, and reports on the test split. Without mpirun it "
    "is one "
    "worker; under "
    "mpirun every process is one, and trainer.batch is divided among them. The command line overrides the configuration file, the "
    "file the "
    "defaults. The run's folder holds config.cfg (which repeats the run), metrics.jsonl, TensorBoard events, checkpoints/, best and last. "
    "Exit codes: 0 "
    "done, 1 failed, 2 wrong command or configuration, 75 stopped with a checkpoint by SIGTERM, SIGUSR1, SIGHUP or a time limit "
    "(trainer.max_minutes, Slurm's), 130 stopped "
    "by Ctrl-C, with a checkpoint, or at once by a second Ctrl-C.",
    {
        "galen train configs/quickstart.cfg",
        "mpirun -np 4 galen train configs/breastmnist_resnet18.cfg --optimizer.learning_rate 3e-4 --run.folder runs/slow",
        "mpirun -np 2 galen train runs/slow/config.cfg --resume",
        "galen train --data.file mine.h5 --data.input /x --data.target /y --data.layout nhwc --data.patient /pid --model.name cnn32",
        "galen train configs/quickstart.cfg --print-config",
    }};

std::vector<Option> joined(std::vector<Option> first, const std::vector<Option>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// The configuration that repeats this run, with its actual number of lanes.
std::vector<Option> resolved_options(trainer::ExperimentOptions& resolved, comm::Communicator& world) {
  const auto earlier = resolved.resume
                           ? trainer::newest_manifest(trainer::CheckpointStore(resolved.folder, resolved.coordinator.store), world)
                           : std::nullopt;
  const int workers = trainer::count_workers(resolved.coordinator, world.size());
  if (resolved.trainer.lanes <= 0)
    resolved.trainer.lanes =
        earlier ? earlier->lanes : trainer::lanes_for(resolved.trainer.lanes, resolved.trainer.batch, std::max(1, workers));
  std::vector<Option> options = trainer::run_options_of_model(resolved);
  if (resolved.resume && !earlier && !resolved.quiet && world.rank() == 0) {
    fmt::print("note: {} has no checkpoint to continue from; a new run starts there.\n", resolved.folder);
  }
  return options;
}

std::string started_with(const comm::Communicator& world) {
  return world.size() == 1 ? "galen" : fmt::format("mpirun -np {} galen", world.size());
}

void print_end_of_job(std::chrono::system_clock::time_point end) {
  const auto left = std::chrono::duration_cast<std::chrono::seconds>(end - std::chrono::system_clock::now());
  fmt::print("note: Slurm ends this job in {}; the run stops before, with a checkpoint.\n", trainer::format_duration(left));
}

std::string why(trainer::Ending ending) {
  switch (ending) {
    case trainer::Ending::kInterrupted:
      return "by Ctrl-C";
    case trainer::Ending::kOutOfTime:
      return "because of its time limit";
    default:
      return "on request";
  }
}

int print_stop(const trainer::ExperimentOptions& experiment, const trainer::ExperimentOutcome& outcome, const comm::Communicator& world) {
  if (world.rank() == 0) {
    fmt::print("\nStopped {} after step {}. The checkpoint is {}.\nContinue with\n  {} train {}/config.cfg --resume\n", why(outcome.ending),
               outcome.state.step, outcome.last, started_with(world), experiment.folder);
  }
  return outcome.ending == trainer::Ending::kInterrupted ? kInterrupted : kPreempted;
}

void print_result(const trainer::ExperimentOptions& experiment, const trainer::ExperimentOutcome& outcome) {
  if (experiment.quiet && !outcome.device.empty()) fmt::print("device: {}\n", outcome.device);  // the only output with --quiet
  const std::string ending = outcome.ending == trainer::Ending::kEarlyStopped ? " (no further improvement)" : "";
  fmt::print("\nTrained {} steps in {:.1f} s{}.\n", outcome.state.step, outcome.seconds, ending);
  if (outcome.validation.samples > 0) fmt::print("\nValidation\n{}", trainer::describe(outcome.validation));
  if (outcome.test.samples > 0) fmt::print("\nTest\n{}", trainer::describe(outcome.test));
  fmt::print("\nBest checkpoint: {}\nNext\n", outcome.best);
  if (outcome.test.samples > 0)
    fmt::print("  galen evaluate --checkpoint {} --data.split test --json {}/test.json\n", outcome.best, experiment.folder);
  fmt::print("  galen predict --checkpoint {} --data.file NEW.h5 --out predictions.csv\n", outcome.best);
}

trainer::ExperimentOutcome train_audited(const trainer::ExperimentOptions& experiment, comm::Communicator& world,
                                         trainer::StopRequest& stop_request, RunAudit& audit) {
  try {
    trainer::ExperimentOutcome outcome = trainer::train(experiment, world, &stop_request);
    audit.end(outcome);
    return outcome;
  } catch (...) {
    audit.fail(describe(std::current_exception()).message);
    throw;
  }
}

}  // namespace

int train(const Arguments& arguments, comm::Communicator& world) {
  trainer::ExperimentOptions experiment;
  TrainingSwitches switches;
  std::string audit_key_file;
  Configuration configuration(joined(trainer::run_options(experiment), {audit_key_option(audit_key_file)}));
  Configuration switched(training_switches(switches));
  if (asks_for_help(arguments)) {
    std::fputs(training_help(arguments, kTrainManual, joined(switched.options(), configuration.options())).c_str(), stdout);
    return kDone;
  }

  const CommandLine line = read_training_line(arguments, configuration, switched);
  choose_run_folder(experiment, configuration, line);
  if (switches.print_config) {
    if (world.rank() == 0) std::fputs(configuration.to_text().c_str(), stdout);
    return kDone;
  }
  check_training(experiment, switches);
  make_paths_absolute(experiment);
  experiment.resume = switches.resume;
  experiment.quiet = switches.quiet;

  SignalWatch signals(/*speaks=*/world.rank() == 0);
  experiment.trainer.end_time = job_end();
  trainer::ExperimentOptions resolved = experiment;
  audit_key_file = absolute_path(audit_key_file);
  const std::vector<Option> options = joined(resolved_options(resolved, world), {audit_key_option(audit_key_file)});
  experiment.record = record_of(options);
  const EarlierRun earlier = switches.resume ? EarlierRun::kResume : switches.overwrite ? EarlierRun::kOverwrite : EarlierRun::kRefuse;
  RunFolder folder(experiment.folder, earlier, to_text(options), world);

  if (experiment.trainer.end_time && world.rank() == 0 && !switches.quiet) print_end_of_job(*experiment.trainer.end_time);
  RunAudit audit(experiment, audit_key_file, actor("train", arguments), to_text(options), world.rank());
  on_first_rank(world, [&] { audit.check_key(); });
  experiment.keep = [&] { folder.keep(); };
  experiment.begun = [&](const trainer::Manifest& manifest) {
    folder.begin();
    audit.begin(manifest);
  };
  trainer::note_crashes();
  const trainer::ExperimentOutcome outcome = train_audited(experiment, world, signals.request(), audit);
  if (is_stop(outcome.ending)) return print_stop(experiment, outcome, world);
  if (world.rank() == 0) print_result(experiment, outcome);
  return kDone;
}

}  // namespace galen::launch
