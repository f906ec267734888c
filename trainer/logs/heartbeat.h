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

/// What a rank is doing, and on rank 0 the run.
enum class RunState { kStarting, kTraining, kCoordinating, kEvaluating, kFinished, kStopped, kFailed };
const char* name_of(RunState state);  ///< "starting" …

/// Time between two signs of life of each of `ranks`: a second, and more where they would write more than a hundred of them a second.
std::chrono::milliseconds beat_interval(int ranks);

/// What shows that a rank lives, and how far it is: RUN/ranks/RANK.jsonl, and from rank 0 RUN/status.json. A thread of its own writes
/// them, so that a step costs no more than taking down a few numbers, however slow the disk. `galen status` reads them (run_status.h).
///
/// One a process. step() and enter() are called by the training thread, often; the others seldom. Nothing here throws.
class Heartbeat {
 public:
  /// Begins at once, in the state kStarting. `run_folder` empty: nothing is written. Not collective.
  Heartbeat(const std::string& run_folder, int rank, int ranks);
  ~Heartbeat();

  void plan(std::int64_t epochs, std::int64_t total_steps);  ///< what is to be done
  void step(std::int64_t epoch, std::int64_t step, double loss, std::int64_t samples);
  void enter(Phase phase) { phase_.store(phase, std::memory_order_relaxed); }

  /// Training goes on from `state`. Rank 0 tells events.jsonl that the run has "started", or has "resumed" after that step.
  void begin(const TrainingState& state);
  void coordinate();  ///< this rank does not train, but writes and evaluates for the others
  void evaluate();    ///< training is over, the final evaluation begins

  /// The run has ended; written before this returns. Rank 0 tells events.jsonl that it has "finished" or "stopped".
  void end(Ending ending);

  /// This rank fails, and leaves the error's text as its last words; the first that does tells events.jsonl that the run has "failed".
  void fail(const std::exception_ptr& error);

 private:
  struct Standing {
    RunState state = RunState::kStarting;
    std::int64_t epoch = 0, epochs = 0;
    std::int64_t step = 0, total_steps = 0, first_step = 0;
    std::int64_t samples = 0;  ///< in this process's life
    double loss = std::numeric_limits<double>::quiet_NaN();
    std::chrono::steady_clock::time_point begin;  ///< of the first step
  };

  void beat(const std::stop_token& stop);
  void change(RunState state);
  void write();
  std::string sign_of_life(const Standing& standing) const;
  std::string status(const Standing& standing) const;

  std::string folder_;
  int rank_;
  int ranks_;
  std::string host_;
  std::string started_;  ///< when
  std::atomic<Phase> phase_ = Phase::kRest;

  std::mutex mutex_;  ///< of standing_
  Standing standing_;

  std::mutex writing_;  ///< of what follows
  std::optional<RankRecord> record_;
  std::int64_t seen_step_ = 0;
  std::string moved_;  ///< when the step was last seen to change

  std::jthread thread_;
};

}  // namespace galen::trainer
