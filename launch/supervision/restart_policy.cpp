#include "launch/supervision/restart_policy.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen::launch {

std::optional<std::chrono::seconds> RestartPolicy::pause_after_failure(bool progressed) {
  constexpr std::int64_t kLongest = 60;
  if (progressed) in_a_row_ = 0;
  ++in_a_row_;
  if (used_ >= restarts_) {
    why_ = restarts_ == 1 ? "the one restart is used" : fmt::format("all {} restarts are used", restarts_);
    return std::nullopt;
  }
  if (in_a_row_ >= tries_) {
    why_ = fmt::format("{} failures in a row without a newer checkpoint", in_a_row_);
    return std::nullopt;
  }
  ++used_;
  if (in_a_row_ == 1) return std::chrono::seconds(0);
  const int doublings = std::min(in_a_row_ - 2, 6);
  return std::chrono::seconds(std::min<std::int64_t>(kLongest, std::int64_t{1} << doublings));
}

}  // namespace galen::launch
