#include "trainer/logs/event_log.h"

#include "galen/own_file.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <ctime>

namespace galen::trainer {

std::string time_stamp() { return time_stamp(std::chrono::system_clock::now()); }

std::string time_stamp(std::chrono::system_clock::time_point time) {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto milliseconds = (now.time_since_epoch() % std::chrono::seconds(1)).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(now)), milliseconds);
}

std::optional<std::chrono::system_clock::time_point> parse_time_stamp(const std::string& text) {
  std::tm parts = {};
  int milliseconds = 0;
  if (std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3dZ", &parts.tm_year, &parts.tm_mon, &parts.tm_mday, &parts.tm_hour,
                  &parts.tm_min, &parts.tm_sec, &milliseconds) != 7) {
    return std::nullopt;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  return std::chrono::system_clock::from_time_t(::timegm(&parts)) + std::chrono::milliseconds(milliseconds);
}

// A single write() appends the whole line, so that lines of several processes do not mix.
void append_event(const std::string& run_folder, const std::string& event, const std::vector<std::pair<std::string, std::string>>& fields) {
  nlohmann::ordered_json line = {{"time", time_stamp()}, {"event", event}};
  for (const auto& [name, value] : fields) line[name] = value;
  const std::string text = line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  const int file = open_own(run_folder + "/events.jsonl", O_WRONLY | O_APPEND | O_CREAT);
  if (file < 0) return;
  [[maybe_unused]] const ssize_t written = ::write(file, text.data(), text.size());
  ::close(file);
}

}  // namespace galen::trainer
