#include "comm/watchdog.h"

#include "galen/host.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdlib>
#include <mutex>

namespace galen::comm {

namespace {

using namespace std::chrono_literals;

constexpr auto kWatchTick = 100ms;
constexpr auto kWatchSuspension = 1s;  // between two ticks: this process did not run
constexpr auto kRollCall = 3s;         // a wait with a deadline of its own ends the job first, and names the operation
constexpr auto kOthersFollow = 2s;     // other ranks that wait for the same rank time out a little later
constexpr int kWaitsElsewhere = 10;    // in deadlines: limit for a rank of another machine

// The first rank of a machine to take the name prints; the kernel frees the name when its process ends.
bool speaks_for_machine() {
  const char* job = std::getenv("PMIX_NAMESPACE");
  const std::string name = fmt::format("galen.{}.{}", ::getuid(), job == nullptr ? "" : job);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::copy_n(name.begin(), std::min(name.size(), sizeof(address.sun_path) - 2),
              address.sun_path + 1);  // after a zero byte: an abstract name, not a file
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  return socket < 0 || ::bind(socket, reinterpret_cast<const sockaddr*>(&address), length) == 0;
}

// Signals are handled by the main thread.
class NoSignals {
 public:
  NoSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

double seconds(std::chrono::steady_clock::duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

// The other threads of an idle rank use far less than a hundredth of a processor.
WorkSigns::Look WorkSigns::look() {
  Look look;
  std::map<pid_t, std::pair<double, std::uint64_t>> seen;
  for (Neighbour& neighbour : look_around()) {
    const std::pair used(neighbour.computed, neighbour.moved);
    const auto before = before_.find(neighbour.process);
    const bool moved = before == before_.end() ? before_.empty() : used != before->second;
    seen[neighbour.process] = used;
    if (neighbour.waits && !neighbour.stopped) continue;
    look.all_wait = false;
    look.works = look.works || (moved && !neighbour.stopped && !before_.empty()) || neighbour.traced;
    look.missing.push_back(std::move(neighbour));
  }
  // If none is visible, each rank has its own process numbers (a container for each).
  if (!seen.empty()) look.unseen = std::max(expected_neighbours() - static_cast<int>(seen.size()), 0);
  if (look.unseen > 0) look.all_wait = false;
  before_ = std::move(seen);
  return look;
}

Watchdog::Watchdog(Options options) : options_(std::move(options)), deadline_(std::chrono::milliseconds(5min).count()) {
  board_.works_in(phase_);
  const NoSignals none;
  thread_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
}

Watchdog::~Watchdog() = default;

void Watchdog::works_in(const char* phase) {
  phase_ = phase;
  board_.works_in(phase);
}

Watchdog::Waiting::Waiting(Watchdog* watchdog, const char* operation) : watchdog_(watchdog) {
  if (watchdog_ == nullptr) return;
  watchdog_->board_.waits_in(operation);
  watchdog_->waits_.fetch_add(1);
  watchdog_->operation_ = operation;
}

Watchdog::Waiting::~Waiting() {
  if (watchdog_ == nullptr) return;
  watchdog_->operation_ = nullptr;
  watchdog_->board_.works_in(watchdog_->phase_);
}

void Watchdog::watch(const std::stop_token& stop) {
  std::mutex alone;
  std::condition_variable_any wake;
  std::unique_lock lock(alone);
  for (auto before = Clock::now(); !wake.wait_for(lock, stop, kWatchTick, [&] { return stop.stop_requested(); });) {
    const auto now = Clock::now();
    const auto step = std::min<Clock::duration>(now - before, 5 * kWatchTick);
    if (now - before > kWatchSuspension) {
      was_suspended_ = true;
      quiet_ = stopped_ = {};
    }
    before = now;
    if (deadline_ == 0) continue;
    if (const char* operation = operation_) look_at_wait(operation, step);
    look_at_next(step);
  }
}

void Watchdog::look_at_wait(const char* operation, Clock::duration step) {
  if (const std::uint64_t wait = waits_; wait != wait_) {
    wait_ = wait;
    waited_ = quiet_ = looked_ = {};
  }
  waited_ += step;
  quiet_ += step;
  looked_ += step;
  if (looked_ < deadline() / 8) return;
  looked_ = {};
  const WorkSigns::Look look = signs_.look();
  if (look.works) quiet_ = {};
  if (operation_ != operation || waits_ != wait_ || quiet_ < deadline() * (look.all_wait ? kWaitsElsewhere : 1)) return;
  // This rank was the missing one: the others have printed their messages and have ended.
  if (was_suspended_ && look.missing.empty() && look.unseen > 0) ::_exit(options_.exit_code);
  end(fmt::format("{}: waited {:.1f} s, but {}. Check these ranks (stopped, swapping, an endless loop?), or raise comm.deadline.",
                  operation, seconds(waited_), describe_missing(look)));
}

// Each rank watches the next one on its machine; the last watches the first.
void Watchdog::look_at_next(Clock::duration step) {
  if (options_.ranks == 1) return;
  chosen_ += step;
  if (chosen_ > (next_ >= 0 && all_seen_ ? 30s : 1s)) choose_next();
  if (next_ < 0) return;
  const std::optional<bool> stopped = is_stopped(next_);
  if (!stopped) next_ = -1;
  stopped_ = stopped.value_or(false) ? stopped_ + step : Clock::duration{};
  if (stopped_ < deadline() + kRollCall) return;
  WorkSigns::Look look;
  for (Neighbour& other : look_around()) {
    if (other.process == next_ && other.stopped) look.missing.push_back(std::move(other));
  }
  if (look.missing.empty()) return;
  end(fmt::format("{}: waited {:.1f} s, but {}. Find out what stopped it, or raise comm.deadline.", phase_.load(), seconds(stopped_),
                  describe_missing(look)));
}

void Watchdog::choose_next() {
  chosen_ = {};
  const std::vector<Neighbour> others = look_around();
  if (others.empty()) return;
  const auto higher = std::find_if(others.begin(), others.end(), [&](const Neighbour& other) { return other.rank > options_.rank; });
  const pid_t next = higher == others.end() ? others.front().process : higher->process;
  if (next != next_) stopped_ = {};
  next_ = next;
  all_seen_ = static_cast<int>(others.size()) >= expected_neighbours();
}

void Watchdog::end(const std::string& message) const {
  std::this_thread::sleep_for(options_.rank * std::min<Clock::duration>(Clock::duration(2s) / std::max(options_.ranks, 1), 50ms));
  if (speaks_for_machine()) {
    options_.say(message);
    std::this_thread::sleep_for(kOthersFollow);  // the name is taken until this process ends
  } else {
    std::this_thread::sleep_for(10s);  // mpirun ends this process
  }
  ::_exit(options_.exit_code);
}

std::string describe_missing(const WorkSigns::Look& look) {
  if (look.missing.empty() && look.unseen == 0) return "a rank on another host has not arrived";
  const std::string host = host_name();
  if (look.missing.empty())
    return fmt::format("{} of the ranks of {} {} not started", look.unseen, host, look.unseen == 1 ? "has" : "have");
  std::vector<std::string> names, details;
  for (const Neighbour& rank : look.missing) {
    names.push_back(fmt::format("rank {} ({})", rank.rank, host));
    const std::string place = rank.doing.empty() ? "has not started" : fmt::format("is in '{}'", rank.doing);
    details.push_back(fmt::format("process {} {}{}", rank.process, rank.stopped ? "is stopped, and " : "", place));
  }
  return fmt::format("{} {} not arrived: {}", fmt::join(names, ", "), names.size() == 1 ? "has" : "have", fmt::join(details, ", "));
}

}  // namespace galen::comm
