#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

class Heartbeat;

/// The phases of a training step.
enum class Phase { kLoad, kForward, kBackward, kWait, kUpdate, kRest };
constexpr std::size_t kPhases = 6;

/// load, forward, backward, wait (for other ranks), update (reduction, optimiser and publication), rest (logs, checkpoints, validation).
const char* name_of(Phase phase);

/// Measures how a worker's time is spent: one phase after another, without gaps. Reading the clock takes about 30 ns.
class Timeline {
 public:
  using Clock = std::chrono::steady_clock;

  /// `keeps_events`: for to_chrome_trace(). `heartbeat`: records phases as they begin.
  explicit Timeline(bool keeps_events = false, Heartbeat* heartbeat = nullptr) : keeps_events_(keeps_events), heartbeat_(heartbeat) {}

  /// Ends the current phase and begins `phase`.
  void enter(Phase phase);

  /// Records work of another thread of this worker, after it ended. Only for to_chrome_trace().
  void add(std::string name, Clock::time_point begin, Clock::time_point end);

  /// Clears all sums; the current phase begins at this call.
  void restart();

  const std::array<double, kPhases>& seconds() const { return seconds_; }  ///< by phase, of ended phases

  /// The events as the members of a JSON array, in Chrome's trace format (chrome://tracing, Perfetto), with `rank` as the process: phases
  /// in thread 0, those of add() in thread 1. Times are of the machine's clock, which the ranks of a node share.
  std::string to_chrome_trace(int rank) const;

 private:
  struct Event {
    std::string name;
    int thread;
    Clock::time_point begin, end;
  };

  void keep(Event event);

  bool keeps_events_;
  Heartbeat* heartbeat_;
  Phase phase_ = Phase::kRest;
  Clock::time_point begin_ = Clock::now();
  std::array<double, kPhases> seconds_{};
  std::vector<Event> events_;
};

}  // namespace galen::trainer
