#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

using Instant = std::chrono::system_clock::time_point;

/// The state of a run as recorded in its folder. Can be read by any process that sees the folder, during the run and afterwards.
struct RunStatus {
  /// starting, training, evaluating, finished, stopped (on request, with a checkpoint), failed (with a reason), died (without one: its
  /// heartbeats ended), restarting (a supervisor is about to start it again), unknown (it left checkpoints or metrics, but no
  /// status).
  std::string state = "unknown";
  std::string reason;  ///< why it failed, died or restarts; while it runs: which ranks send no heartbeat; else empty

  std::optional<Instant> started, seen;  ///< this start of the run; rank 0's last heartbeat
  bool silent = false;                   ///< rank 0's heartbeats ended, but the run did not
  std::int64_t epoch = 0, epochs = 0;    ///< the current one, from 1
  std::int64_t step = 0, total_steps = 0;
  std::optional<double> loss, samples_per_second;
  std::optional<Instant> expected_end;
  int workers = 0;                                 ///< ranks that train
  std::vector<std::pair<std::string, int>> hosts;  ///< and the number of ranks on each

  struct Validation {
    std::int64_t step = 0, epoch = 0;
    std::vector<std::pair<std::string, double>> metrics;  ///< NaN: undefined
  };
  std::optional<Validation> validation;  ///< the last one

  struct Checkpoint {
    std::int64_t step = 0;
    Instant written;
    std::uint64_t bytes = 0;
    std::string folder;
  };
  std::optional<Checkpoint> checkpoint;  ///< the newest
  struct NoCheckpoint {
    Instant since;
    std::string reason;
  };
  std::optional<NoCheckpoint> no_checkpoint;  ///< if writing them fails

  struct Rank {
    int rank = 0;
    std::string host, state, phase;
    std::int64_t pid = 0, step = 0;
    Instant seen, moved;  ///< its last heartbeat; when its step last changed
    bool silent = false;  ///< sends no heartbeat, but has not ended
    std::string words;    ///< its last message; empty: none
  };
  std::vector<Rank> ranks;

  struct Event {
    Instant time;
    std::string name;
    std::vector<std::pair<std::string, std::string>> fields;
  };
  std::vector<Event> events;  ///< the newest, oldest first, without successful checkpoints

  bool goes_on() const { return state == "starting" || state == "training" || state == "evaluating" || state == "restarting"; }
};

/// To be called before the run in `folder` is started again: if the earlier job died without a message, logs the event "died" with its
/// reason, because the heartbeats will be overwritten. Throws nothing.
void note_death(const std::string& folder);

/// Whether a rank is silent whose last heartbeat was at `seen`, by its own clock; a heartbeat older than `limit` seconds is late. `rank`:
/// kRunSign for the heartbeat of the run itself.
using Silence = std::function<bool(int rank, Instant seen, double limit)>;
inline constexpr int kRunSign = -1;

/// Reads the records of the run in `folder`, as of `now`. A folder that does not exist, or has no run, throws galen::UsageError.
/// `silence` empty: decided by `now`, assuming that all hosts have one clock; see run_watch.h.
RunStatus read_run_status(const std::string& folder, Instant now = std::chrono::system_clock::now(), const Silence& silence = {});

}  // namespace galen::trainer
