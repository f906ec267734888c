#include "trainer/logs/run_watch.h"

#include <thread>

namespace galen::trainer {

namespace {

using namespace std::chrono_literals;
using Seconds = std::chrono::duration<double>;

constexpr double kFuture = 2;  // seconds by which a heartbeat may be ahead of a clock that counts as the same

}  // namespace

bool RunWatch::is_silent(int rank, Instant seen, double limit, Look& look) {
  const auto now = Clock::now();
  const auto [found, is_new] = signs_.try_emplace(rank, Sign{seen, now});
  Sign& sign = found->second;
  if (sign.seen != seen) sign = {seen, now, /*changed=*/true};
  const double watched = Seconds(now - sign.since).count();
  if (sign.changed) {
    if (rank == kRunSign)
      ahead_ = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now() - seen - (now - sign.since));
    return watched > limit;
  }
  const double by_clock = Seconds(std::chrono::system_clock::now() - seen).count();
  if (-kFuture <= by_clock && by_clock <= limit) return false;
  if (watched > limit) return true;
  look.decided = false;
  return false;
}

RunWatch::Look RunWatch::look() {
  Look look;
  look.now = std::chrono::system_clock::now() - ahead_;
  look.status =
      read_run_status(folder_, look.now, [&](int rank, Instant seen, double limit) { return is_silent(rank, seen, limit, look); });
  return look;
}

RunWatch::Look RunWatch::look_until_decided() {
  for (;;) {
    Look found = look();
    if (found.decided) return found;
    std::this_thread::sleep_for(100ms);
  }
}

}  // namespace galen::trainer
