#include "launch/options/training_command.h"

#include "galen/error.h"
#include "launch/options/model_keys.h"

#include <filesystem>

namespace galen::launch {

namespace {

Option resume_switch(bool& resume) {
  const auto set = [&resume](const std::string& value) {
    if (value != "auto" && value != "true" && value != "never" && value != "false") return false;
    resume = value == "auto" || value == "true";
    return true;
  };
  return {"resume",
          "Continue from the newest valid checkpoint in run.folder; if there is none, start a new run. Data and learning cannot change. "
          "These keys may change: how long to train (trainer.epochs, max_steps, max_minutes, early_stopping.patience), where (device, "
          "threads, coordinator.placement), trainer.on_nonfinite, and what is written (checkpoint.* except its metric; evaluation.*).",
          "auto or never",
          true,
          set,
          [&resume] { return resume ? "auto" : "never"; }};
}

// A run's own configuration lies in the run's folder.
bool is_of_run(const std::filesystem::path& file) {
  const std::filesystem::path folder = file.parent_path();
  return file.filename() == "config.cfg" &&
         (std::filesystem::exists(folder / "events.jsonl") || std::filesystem::exists(folder / "checkpoints"));
}

}  // namespace

std::vector<Option> training_switches(TrainingSwitches& switches) {
  return {
      resume_switch(switches.resume),
      flag("overwrite", switches.overwrite, "Replace the run in run.folder."),
      flag("print-config", switches.print_config, "Print every value and its origin, and exit."),
      flag("quiet", switches.quiet, "No progress on the terminal."),
  };
}

CommandLine read_training_line(const std::vector<std::string>& arguments, Configuration& configuration, Configuration& switched) {
  std::vector<Option> all = switched.options();
  all.insert(all.end(), configuration.options().begin(), configuration.options().end());
  CommandLine line = parse_command_line(arguments, all, /*operands=*/1);
  if (!line.operands.empty()) configuration.read_file(line.operands[0]);
  configuration.read(line);
  keep_keys_of_model(configuration);
  switched.read(line);
  return line;
}

void choose_run_folder(trainer::ExperimentOptions& experiment, const Configuration& configuration, const CommandLine& line) {
  if (configuration.origin("run.folder") == "command line") return;
  const std::filesystem::path file = line.operands.empty() ? "train" : line.operands[0];
  if (is_of_run(file)) {
    experiment.folder = file.has_parent_path() ? file.parent_path().string() : ".";
  } else if (experiment.folder.empty()) {
    experiment.folder = "runs/" + file.stem().string();
  }
}

namespace {

// Keys of the other parts are checked where those are made. A run's own config.cfg has all keys, so only values other than the default
// count.
void refuse_idle_keys(const trainer::ExperimentOptions& experiment) {
  const trainer::ExperimentOptions usual;
  const auto refuse = [](bool idle, const char* key, const char* why) {
    if (idle) throw UsageError("{} has no effect: {}. Remove it.", key, why);
  };
  refuse(experiment.comm.powersgd_rank != usual.comm.powersgd_rank && experiment.comm.compression != trainer::Compression::kPowerSgd,
         "comm.powersgd_rank", "comm.compression is not powersgd");
  const models::ModelOptions& model = experiment.model;
  const bool one_layer = model.hidden == std::vector<std::int64_t>{0};
  refuse(model.batch_norm && model.name == "dense_net" && one_layer, "model.batch_norm", "model.hidden is 0, so there is no hidden layer");
  refuse(model.dropout > 0 && model.name != "resnet18" && one_layer, "model.dropout", "model.hidden is 0, so there is no hidden layer");
  refuse(experiment.optimizer.decay_all != usual.optimizer.decay_all && experiment.optimizer.weight_decay == 0, "optimizer.decay_all",
         "optimizer.weight_decay is 0");
  refuse(experiment.intervals.seed != usual.intervals.seed && experiment.intervals.resamples == 0, "evaluation.seed",
         "evaluation.resamples is 0");
  refuse(experiment.intervals.shares != usual.intervals.shares && experiment.intervals.resamples == 0, "evaluation.shares",
         "evaluation.resamples is 0");
  refuse(experiment.coordinator.store.keep_best != usual.coordinator.store.keep_best && experiment.coordinator.best_metric == "none",
         "checkpoint.keep_best", "checkpoint.metric is none");
}

}  // namespace

void check_training(const trainer::ExperimentOptions& experiment, const TrainingSwitches& switches) {
  refuse_idle_keys(experiment);
  if (switches.resume && switches.overwrite)
    throw UsageError("--resume keeps the run in run.folder and --overwrite removes it. Use one of the two.");
  if (experiment.dataset.file.empty()) {
    throw UsageError(
        "data.file is not set. Name the data set with --data.file FILE.h5, or in a configuration file; galen synth makes one to try.");
  }
}

}  // namespace galen::launch
