#pragma once

#include "trainer/logs/rank_record.h"
#include "trainer/logs/timeline.h"
#include "trainer/run/training_state.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <limits>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace galen::trainer {

/// What a rank, or on rank 0 the run, is doing.
enum class RunState { kStarting, kTraining, kCoordinating, kEvaluating, kFinished, kStopped, kFailed };
const char* name_of(RunState state);  ///< "starting" …

/// Time between two heartbeats of each of `ranks`: a second, or more, so that all of them write at most a hundred a second.
std::chrono::milliseconds beat_interval(int ranks);

/// Records that a rank is alive, and its progress: RUN/ranks/RANK.jsonl, and from rank 0 RUN/status.json. A separate thread writes them, so
/// a step only stores a few numbers, however slow the disk is. `galen status` reads them (run_status.h).
///
/// One per process. The training thread calls step() and enter() often, the others rarely. Nothing here throws.
class Heartbeat {
 public:
  /// Begins at once, in the state kStarting. `run_folder` empty: nothing is written. Not collective.
  Heartbeat(const std::string& run_folder, int rank, int ranks);
  ~Heartbeat();

  void plan(std::int64_t epochs, std::int64_t total_steps);  ///< sets the totals
  void step(std::int64_t epoch, std::int64_t step, double loss, std::int64_t samples);
  void enter(Phase phase) { phase_.store(phase, std::memory_order_relaxed); }

  /// Training continues from `state`. Rank 0 logs the event "started", or "resumed" with that step.
  void begin(const TrainingState& state);
  void coordinate();  ///< this rank does not train, but writes and evaluates checkpoints
  void evaluate();    ///< training is over, the final evaluation begins

  /// The run has ended; written before this returns. Rank 0 logs the event "finished" or "stopped".
  void end(Ending ending);

  /// This rank fails with `error`, whose text is its last message; the first rank that fails logs the event "failed".
  void fail(const std::exception_ptr& error);

 private:
  struct Standing {
    RunState state = RunState::kStarting;
    std::int64_t epoch = 0, epochs = 0;
    std::int64_t step = 0, total_steps = 0, first_step = 0;
    std::int64_t samples = 0;  ///< since the process started
    double loss = std::numeric_limits<double>::quiet_NaN();
    std::chrono::steady_clock::time_point begin;  ///< time of the first step
  };

  void beat(const std::stop_token& stop);
  void change(RunState state);
  void write();
  std::string heartbeat(const Standing& standing) const;
  std::string status(const Standing& standing) const;

  std::string folder_;
  int rank_;
  int ranks_;
  std::string host_;
  std::string started_;  ///< start time
  std::atomic<Phase> phase_ = Phase::kRest;

  std::mutex mutex_;  ///< guards standing_
  Standing standing_;

  std::mutex writing_;  ///< guards the following
  std::optional<RankRecord> record_;
  std::int64_t seen_step_ = 0;
  std::string moved_;  ///< when the step last changed

  std::jthread thread_;
};

}  // namespace galen::trainer
