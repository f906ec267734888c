#include "comm/process_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace galen::comm {

// Copying a stream survives the removal of its open file; an iterator does not.
std::string read_whole(const std::string& path) {
  const std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> stat_of(pid_t process) {
  const std::string text = read_whole(fmt::format("/proc/{}/stat", process));
  std::istringstream words(text.substr(std::min(text.size(), text.rfind(')') + 1)));
  return {std::istream_iterator<std::string>(words), {}};
}

bool has_ended(const std::vector<std::string>& stat) { return stat.empty() || stat[0] == "Z" || stat[0] == "X"; }

void for_each_process(const std::function<void(pid_t process)>& take) {
  std::error_code gone;
  for (std::filesystem::directory_iterator entry("/proc", gone), end; !gone && entry != end; entry.increment(gone)) {
    const std::string name = entry->path().filename().string();
    pid_t process = 0;
    const auto [last, error] = std::from_chars(name.data(), name.data() + name.size(), process);
    if (error == std::errc() && last == name.data() + name.size()) take(process);
  }
}

}  // namespace galen::comm
