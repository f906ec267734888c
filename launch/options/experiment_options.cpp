#include "launch/options/experiment_options.h"

#include "galen/error.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/options/run_options.h"

#include <cmath>
#include <filesystem>
#include <utility>

namespace galen::launch {

namespace {

constexpr char kDeadline[] = "comm.deadline";

}  // namespace

std::chrono::milliseconds to_milliseconds(double seconds) { return std::chrono::milliseconds(std::llround(1000 * seconds)); }

std::optional<double> given_deadline(const std::vector<std::string>& arguments) {
  const std::string flag = fmt::format("--{}", kDeadline);
  std::optional<double> seconds;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == flag && i + 1 < arguments.size()) seconds = parse_number<double>(arguments[i + 1], trainer::deadline_bounds());
    if (arguments[i].starts_with(flag + "="))
      seconds = parse_number<double>(arguments[i].substr(flag.size() + 1), trainer::deadline_bounds());
  }
  return seconds;
}

trainer::ExperimentOptions read_experiment(const std::string& folder, const std::string& key_file) {
  trainer::ExperimentOptions experiment;
  const std::map<std::string, std::string> record = trainer::read_record(folder, key_file);
  if (record.empty()) {
    throw Error(
        "{}: does not record how it was trained: by another program, with an older galen. Apply it in that program, with trainer::apply().",
        folder);
  }
  if (const auto name = record.find("model.name"); name != record.end() && name->second == trainer::kOwnModel) {
    throw Error(
        "{}: is of a model defined in the program that trained it, which galen cannot build. Apply it in that program, with "
        "trainer::apply() "
        "and the model, or train the model as TorchScript (model.name = file:NET.pt).",
        folder);
  }
  for (const Option& option : trainer::run_options(experiment)) {
    const auto entry = record.find(option.key);
    if (entry != record.end() && !option.set(entry->second)) {
      throw Error("{}: the checkpoint was trained with {} = {}, which this version of galen does not know. Use the version that wrote it.",
                  folder, option.key, entry->second);
    }
  }
  experiment.record = record;
  return experiment;
}

std::string absolute_path(const std::string& path) {
  return path.empty() ? path : std::filesystem::absolute(path).lexically_normal().string();
}

void make_paths_absolute(trainer::ExperimentOptions& experiment) {
  experiment.dataset.file = absolute_path(experiment.dataset.file);
  experiment.coordinator.store.key_file = absolute_path(experiment.coordinator.store.key_file);
  if (models::names_script(experiment.model.name)) {
    experiment.model.name = std::string(models::kScriptPrefix) + absolute_path(models::script_file(experiment.model.name));
  }
}

}  // namespace galen::launch
