#include "launch/options/help.h"

#include "galen/terminal_text.h"

#include <algorithm>

namespace galen::launch {

bool asks_for_help(const std::vector<std::string>& arguments) {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const std::string& argument) { return argument == "--help" || argument == "-h"; });
}

std::string to_text(const Manual& manual, const std::vector<Option>& options) {
  std::string text = manual.usage + "\n\n" + wrap(manual.purpose, 0) + "\n\nExamples\n";
  for (const std::string& example : manual.examples) text += "  " + example + "\n";
  return text + "\nOptions\n" + options_text(options);
}

std::string options_text(const std::vector<Option>& options) {
  std::string text;
  std::string section;
  for (const Option& option : options) {
    const std::string of_option = option.key.substr(0, option.key.find('.'));
    if (of_option != section && section != "" && option.key.find('.') != std::string::npos) text += "\n";
    section = of_option;
    const std::string value = option.get();
    const std::string initial = option.flag && value == "false" ? "" : value.empty() ? "" : fmt::format(" Default: {}.", value);
    const std::string kind = option.kind == "text" || (option.flag && value == "false") || (option.flag && value == "true")
                                 ? ""
                                 : fmt::format(" ({})", option.kind);
    text += wrap(fmt::format("  --{:<26} {}{}{}", option.key, option.meaning, kind, initial), 31) + "\n";
  }
  return text;
}

}  // namespace galen::launch
