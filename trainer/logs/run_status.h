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

/// How far a run is, as its folder shows it: to anybody who sees the folder, while the run goes on and afterwards.
struct RunStatus {
  /// starting, training, evaluating, finished, stopped (on request, with a checkpoint), failed (with a reason), died (without one: its
  /// signs of life have ended), restarting (a supervisor is about to start it again), unknown (it left checkpoints or metrics, but no
  /// status).
  std::string state = "unknown";
  std::string reason;  ///< of failed, died and restarting; where a run goes on: which ranks give no sign of life; else empty

  std::optional<Instant> started, seen;  ///< this start of the run; rank 0's last sign of life
  bool silent = false;                   ///< rank 0's signs of life have ended, without the run having ended
  std::int64_t epoch = 0, epochs = 0;    ///< the one under way, from 1
  std::int64_t step = 0, total_steps = 0;
  std::optional<double> loss, samples_per_second;
  std::optional<Instant> expected_end;
  int workers = 0;                                 ///< ranks that train
  std::vector<std::pair<std::string, int>> hosts;  ///< and how many ranks each has

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
  std::optional<NoCheckpoint> no_checkpoint;  ///< where writing them fails

  struct Rank {
    int rank = 0;
    std::string host, state, phase;
    std::int64_t pid = 0, step = 0;
    Instant seen, moved;  ///< its last sign of life; when its step last changed
    bool silent = false;  ///< has not ended, and gives no sign of life
    std::string words;    ///< its last ones; empty: none
  };
  std::vector<Rank> ranks;

  struct Event {
    Instant time;
    std::string name;
    std::vector<std::pair<std::string, std::string>> fields;
  };
  std::vector<Event> events;  ///< the last ones, oldest first, without checkpoints that went well

  bool goes_on() const { return state == "starting" || state == "training" || state == "evaluating" || state == "restarting"; }
};

/// For whoever starts the run in `folder` again: where the job before died without a message, events.jsonl gets the event "died", and
/// why, as the signs of life will be written over. Throws nothing.
void note_death(const std::string& folder);

/// Whether a rank is silent that gave its last sign of life at `seen`, by its own clock; one that is `limit` seconds old is late. `rank`:
/// kRunSign for the sign of the run itself.
using Silence = std::function<bool(int rank, Instant seen, double limit)>;
inline constexpr int kRunSign = -1;

/// Reads what the run in `folder` has left there, as of `now`. A folder that is not there, or holds no run, throws galen::UsageError.
/// `silence` empty: by `now`, as if all hosts had one clock; see run_watch.h.
RunStatus read_run_status(const std::string& folder, Instant now = std::chrono::system_clock::now(), const Silence& silence = {});

}  // namespace galen::trainer
