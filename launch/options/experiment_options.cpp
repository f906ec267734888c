#include "launch/options/experiment_options.h"

#include "galen/error.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/options/recorded_run.h"
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
  return trainer::recorded_options(trainer::read_record(folder, key_file), folder);
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
