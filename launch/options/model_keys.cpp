#include "launch/options/model_keys.h"

#include "galen/error.h"
#include "models/catalogue.h"
#include "trainer/options/run_options.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <span>

namespace galen::launch {

namespace {

constexpr std::size_t kMostKeysShown = 6;

std::string chosen_model(const Configuration& configuration) {
  const auto& all = configuration.options();
  return std::find_if(all.begin(), all.end(), [](const Option& option) { return option.key == "model.name"; })->get();
}

// Names of the models that use an option.
std::vector<std::string> users_of(const Option& option) {
  std::vector<std::string> names;
  for (const models::CatalogueEntry& entry : models::catalogue()) {
    if (models::is_for(option.models, entry.name)) names.push_back(entry.name);
  }
  return names;
}

bool is_refused(const Option& option, const std::string& model, const Configuration& configuration) {
  if (!configuration.is_set(option.key) || models::is_for(option.models, model)) return false;
  const bool says_nothing = configuration.origin(option.key) != kCommandLine && option.get() == configuration.initial(option.key);
  return !(says_nothing && trainer::is_listed(option, model));
}

std::string section_of(const std::string& key) { return key.substr(0, key.find('.')); }

// A few of the model's own keys, those of the refused key's section first.
std::string own_keys(const Configuration& configuration, const std::string& model, const std::string& refused) {
  std::vector<std::string> own;
  for (const Option& option : configuration.options()) {
    if (!option.models.empty() && models::is_for(option.models, model)) own.push_back(option.key);
  }
  if (own.empty()) return "It has no keys of its own.";
  std::stable_partition(own.begin(), own.end(), [&](const std::string& key) { return section_of(key) == section_of(refused); });
  const std::size_t shown = std::min(own.size(), kMostKeysShown);
  return fmt::format("Its own keys are {}{}; galen train --help {} shows them.", fmt::join(std::span(own).first(shown), ", "),
                     shown < own.size() ? fmt::format(" and {} more", own.size() - shown) : "", model);
}

}  // namespace

void keep_keys_of_model(Configuration& configuration) {
  const std::string model = chosen_model(configuration);
  std::vector<std::string> refused;
  const Option* first = nullptr;
  for (const Option& option : configuration.options()) {
    if (!is_refused(option, model, configuration)) continue;
    if (first == nullptr) first = &option;
    if (option.models == first->models) refused.push_back(option.key);
  }
  if (first != nullptr) {
    throw UsageError("{}: {} {} to {} (model.name), not to {}. Remove {}, or choose another model. {}", configuration.origin(first->key),
                     fmt::join(refused, ", "), refused.size() == 1 ? "belongs" : "belong", fmt::join(users_of(*first), ", "), model,
                     refused.size() == 1 ? "it" : "them", own_keys(configuration, model, first->key));
  }
  configuration.remove_if([&](const Option& option) { return !trainer::is_listed(option, model); });
}

}  // namespace galen::launch
