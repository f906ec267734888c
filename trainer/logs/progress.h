#pragma once

#include "trainer/logs/terminal_line.h"
#include "trainer/run/training_state.h"

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>

namespace galen::trainer {

class Heartbeat;

/// The progress of a run as one line on a terminal, redrawn a few times a second: epoch, step, loss, samples/s, time left. If `out` is not
/// a terminal, a line every few seconds. The first and the last step are always shown.
class Progress {
 public:
  /// `quiet`: prints nothing (ranks other than 0). `heartbeat`: records each step, quiet or not.
  Progress(std::FILE* out, bool quiet, std::int64_t epochs, std::int64_t total_steps, Heartbeat* heartbeat = nullptr);

  /// Before the first step: training continues from `state`.
  void begin(const TrainingState& state);

  /// After each step. `epoch` counts from 0, `step` from 1; `samples`: of this step.
  void step(std::int64_t epoch, std::int64_t step, double loss, std::int64_t samples);

  /// Prints a separate line ("epoch 1/5  loss 0.31  validation auc 0.97") above the progress line.
  void say(const std::string& line);

 private:
  void draw(std::int64_t epoch, std::int64_t step, double loss);

  TerminalLine line_;
  bool quiet_;
  Heartbeat* heartbeat_;
  std::int64_t epochs_;
  std::int64_t total_steps_;
  std::int64_t first_step_ = 0;
  std::int64_t samples_ = 0;
  std::chrono::steady_clock::time_point start_;
};

/// "8 s", "1 min 05 s", "2 h 40 min", "3 d 4 h": coarser for longer durations.
std::string format_duration(std::chrono::seconds duration);

}  // namespace galen::trainer
