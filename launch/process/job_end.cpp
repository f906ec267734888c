#include "launch/process/job_end.h"

#include "galen/error.h"

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace galen::launch {

namespace {

constexpr char kVariable[] = "SLURM_JOB_END_TIME";
constexpr std::int64_t kNoLimit = 0xfffffffe;  // Slurm's value for no limit

}  // namespace

std::optional<std::chrono::system_clock::time_point> job_end() {
  const char* value = std::getenv(kVariable);
  if (value == nullptr || *value == '\0') return std::nullopt;
  const std::string_view text = value;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), seconds);
  if (error != std::errc() || end != text.end()) {
    throw UsageError("{} = {} in the environment: it must be the end of the job in seconds since 1970. Unset or correct it.", kVariable,
                     text);
  }
  const std::chrono::system_clock::time_point time{std::chrono::seconds(seconds)};
  if (seconds >= kNoLimit || time <= std::chrono::system_clock::now()) return std::nullopt;
  return time;
}

}  // namespace galen::launch
