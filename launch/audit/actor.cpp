#include "launch/audit/actor.h"

#include "galen/host.h"
#include "galen/lower_case.h"
#include "galen/shell_text.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <regex>

namespace galen::launch {

namespace {

constexpr char kHidden[] = "***";

bool names_secret(const std::string& name) {
  const std::string key = lower_case(name);
  constexpr std::array kWords = {"password", "passphrase", "secret", "token", "credential"};
  return std::any_of(kWords.begin(), kWords.end(), [&](const char* word) { return key.find(word) != std::string::npos; });
}

std::string without_url_password(const std::string& text) {
  static const std::regex kPassword("(://[^/@:]*:)[^/@]*@");
  return std::regex_replace(text, kPassword, "$01***@");
}

std::string user_name() {
  std::array<char, 4096> memory;
  passwd entry = {};
  passwd* found = nullptr;
  if (::getpwuid_r(::getuid(), &entry, memory.data(), memory.size(), &found) != 0 || found == nullptr) return "unknown";
  return found->pw_name;
}

}  // namespace

std::string command_line(const std::string& command, const std::vector<std::string>& arguments) {
  std::string line = "galen " + command;
  bool hide = false;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    const bool is_key = argument.starts_with("--");
    const bool secret = is_key && names_secret(argument.substr(0, equals));
    std::string shown = without_url_password(shell_word(argument));
    if (hide && !is_key) shown = kHidden;
    if (secret && equals != std::string::npos) shown = argument.substr(0, equals + 1) + kHidden;
    line += ' ' + shown;
    hide = secret && equals == std::string::npos;
  }
  return line;
}

std::vector<std::pair<std::string, std::string>> actor(const std::string& command, const std::vector<std::string>& arguments) {
  return {
      {"user", fmt::format("{} ({})", user_name(), ::getuid())},
      {"host", host_name()},
      {"program", fmt::format("galen {}", GALEN_VERSION)},
      {"command", command_line(command, arguments)},
  };
}

}  // namespace galen::launch
