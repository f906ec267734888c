#include "launch/options/training_help.h"

#include "galen/error.h"
#include "galen/nearest_name.h"
#include "galen/terminal_text.h"
#include "models/catalogue.h"
#include "models/factory.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace galen::launch {

namespace {

// The argument after --help, if it is not an option.
std::string model_asked_for(const std::vector<std::string>& arguments) {
  const auto help = std::find_if(arguments.begin(), arguments.end(), [](const std::string& argument) { return asks_for_help({argument}); });
  const bool names_one = help != arguments.end() && help + 1 != arguments.end() && !(help + 1)->starts_with("-");
  return names_one ? *(help + 1) : "";
}

models::CatalogueEntry entry_of(const std::string& model) {
  std::vector<std::string> names;
  for (const models::CatalogueEntry& entry : models::catalogue()) {
    if (entry.name == model || (models::names_script(model) && models::names_script(entry.name))) return entry;
    names.push_back(entry.name);
  }
  const std::string meant = models::nearest_name(model);
  throw UsageError("There is no model {}.{} Models are {}.", model, suggestion_of(meant), fmt::join(names, ", "));
}

std::string help_on_model(const std::string& model, const std::vector<Option>& options) {
  const models::CatalogueEntry entry = entry_of(model);
  std::vector<Option> own;
  for (const Option& option : options) {
    if (!option.models.empty() && models::is_for(option.models, entry.name)) own.push_back(option);
  }
  return fmt::format(
      "galen train --model.name {} [FILE.cfg] [--key value …]\n\n{}\n\nOptions of {}, in addition to those of galen train --help\n{}",
      entry.name, wrap(entry.summary, 0), entry.name, options_text(own));
}

}  // namespace

std::string training_help(const std::vector<std::string>& arguments, const Manual& manual, const std::vector<Option>& options) {
  if (const std::string model = model_asked_for(arguments); !model.empty()) return help_on_model(model, options);
  std::vector<Option> shared = options;
  std::erase_if(shared, [](const Option& option) { return !option.models.empty(); });
  std::string text = to_text(manual, shared) + "\nModels\n";
  for (const models::CatalogueEntry& entry : models::catalogue()) {
    text += wrap(fmt::format("  {:<12} {}", entry.name, entry.summary), 15) + "\n";
  }
  return text + "\ngalen train --help MODEL shows the options of one.\n";
}

}  // namespace galen::launch
