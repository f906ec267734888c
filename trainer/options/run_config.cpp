#include "trainer/options/run_config.h"

#include "models/model_options.h"
#include "trainer/checkpoint/whole_file.h"
#include "trainer/options/run_options.h"

#include <fmt/format.h>

#include <filesystem>
#include <string_view>

namespace galen::trainer {

namespace {

namespace fs = std::filesystem;

std::string absolute(const std::string& path) { return path.empty() ? path : fs::absolute(path).lexically_normal().string(); }

// "data.file" is file = in [data]; keys without a section come first.
std::string section_of(const std::string& key) {
  const std::size_t dot = key.find('.');
  return dot == std::string::npos ? "" : key.substr(0, dot);
}

std::string line_of(const std::string& key, const std::string& value) {
  const std::string name = key.substr(key.find('.') + 1);
  if (key == "model.name" && value == kOwnModel) return "# name: the program's own model, which is passed to trainer::train()\n";
  return fmt::format("{} = {}\n", name, value);
}

}  // namespace

std::map<std::string, std::string> record_of(std::map<std::string, std::string> settings) {
  for (const char* key : {"data.file", "checkpoint.key_file", "run.folder"}) settings[key] = absolute(settings[key]);
  if (std::string& name = settings["model.name"]; models::names_script(name)) {
    name = std::string(models::kScriptPrefix) + absolute(models::script_file(name));
  }
  return settings;
}

void write_config(const std::string& folder, const std::map<std::string, std::string>& record) {
  std::map<std::string, std::string> sections;
  for (const auto& [key, value] : record) sections[section_of(key)] += line_of(key, value);
  std::string text = "# The options of a run that was started by another program than galen.\n";
  for (const auto& [section, lines] : sections) text += (section.empty() ? "" : fmt::format("\n[{}]\n", section)) + lines;
  fs::create_directories(folder);
  const std::string_view piece = text;
  write_whole(folder + "/config.cfg", {&piece, 1});
}

}  // namespace galen::trainer
