#include "trainer/options/run_options.h"

#include "models/catalogue.h"

#include <iterator>

namespace galen::trainer {

namespace {

constexpr double kMostSeconds = 1e9;

// The options of the run itself.
std::vector<Option> describe(ExperimentOptions& experiment) {
  using namespace options;
  return {
      choice("device", experiment.device, "Where to train; auto: cuda if every worker has a driver and its own GPU, else cpu.")
          .last_bits("another device does the same computation"),
      text("run.folder", experiment.folder, "Folder that the run writes; empty: runs/NAME, after the configuration file's name.")
          .may_change("a run's folder may be moved"),
      number("run.seed", experiment.seed, any(), "Seed of initial weights, order of samples and dropout.")
          .fixed("weights, order and dropout are drawn from it"),
      deadline_option(experiment.deadline),
  };
}

Option evaluation_batch(std::int64_t& batch) {
  return options::number(
             "evaluation.batch", batch, options::at_least(0),
             "Samples in a forward pass of validation and test, on each worker; 0: a lane's share of trainer.batch, which takes no "
             "more memory than training. Another number may change the last bits of the results.")
      .last_bits("it splits validation into forward passes");
}

}  // namespace

options::Bounds deadline_bounds() { return options::between(0, kMostSeconds); }

Option deadline_option(double& seconds) {
  return options::number(
             "comm.deadline", seconds, deadline_bounds(),
             "Seconds that a rank waits for others before the job ends with a message that names the missing ones; 0: no limit.")
      .may_change("it only decides how long to wait");
}

// Keys of one section must be consecutive: a configuration file cannot return to a section.
std::vector<Option> run_options(ExperimentOptions& experiment) {
  std::vector<Option> all = describe(experiment);
  const auto append = [&all](std::vector<Option> more) { std::move(more.begin(), more.end(), std::back_inserter(all)); };
  append(describe(experiment.comm));
  append(describe(experiment.dataset));
  append(describe(experiment.loading));
  append(describe(experiment.preparation));
  append(describe(experiment.split));
  append(describe(experiment.task));
  append(describe(experiment.model));
  append(describe(experiment.optimizer));
  append(describe(experiment.schedule));
  append(describe(experiment.penalty));
  append(describe(experiment.inference));
  append(describe(experiment.trainer));
  append(describe(experiment.coordinator));
  all.push_back(evaluation_batch(experiment.evaluation_batch));
  append(describe(experiment.intervals));
  return all;
}

bool is_listed(const Option& option, const std::string& model) {
  if (models::is_for(option.models, model)) return true;
  return option.key.starts_with("model.") && models::kind_of(model) == models::kNetworks;
}

std::vector<Option> run_options_of_model(ExperimentOptions& experiment) {
  std::vector<Option> all = run_options(experiment);
  std::erase_if(all, [&](const Option& option) { return !is_listed(option, experiment.model.name); });
  return all;
}

std::map<std::string, std::string> settings_of(const ExperimentOptions& options) {
  std::map<std::string, std::string> settings;
  ExperimentOptions copy = options;
  for (const Option& option : run_options_of_model(copy)) settings[option.key] = option.get();
  return settings;
}

}  // namespace galen::trainer
