#include "launch/process/environment.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace galen::launch {

Environment current_environment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos) environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::string value_of(const Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

int number_of(const Environment& environment, const std::string& name) {
  const std::string text = value_of(environment, name);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && !text.empty() && number >= 0 ? number : -1;
}

std::vector<std::string> names_that_matter(const Environment& environment) {
  constexpr std::array<std::string_view, 6> kPrefixes = {"OMP_", "KMP_", "CUDA_", "NCCL_", "HDF5_", "GALEN_"};
  std::vector<std::string> names;
  for (const auto& [name, value] : environment) {
    const auto begins_name = [&name = name](std::string_view prefix) { return name.starts_with(prefix); };
    const bool finds_files = name == "PATH" || name == "LD_LIBRARY_PATH";
    if (finds_files || std::any_of(kPrefixes.begin(), kPrefixes.end(), begins_name)) names.push_back(name);
  }
  return names;
}

}  // namespace galen::launch
