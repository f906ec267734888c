#pragma once

#include "trainer/coordinator/coordinator.h"
#include "trainer/evaluation/report.h"
#include "trainer/gradient/exchange/step_exchange.h"
#include "trainer/gradient/optimizer/optimizer.h"
#include "trainer/gradient/optimizer/schedule.h"
#include "trainer/learner/setting.h"
#include "trainer/linear/linear_options.h"

#include <functional>
#include <string>

namespace galen::trainer {

struct Manifest;

/// The options of one training run; the options of each part are defined beside that part.
struct ExperimentOptions : SettingOptions {
  std::string folder;   ///< Of the run. Empty: nothing is written (no checkpoints, no logs).
  bool resume = false;  ///< Continues from the newest valid checkpoint in `folder`, if there is one.
  bool quiet = false;   ///< No progress on the terminal.

  OptimizerOptions optimizer;
  CommOptions comm;
  ScheduleOptions schedule;
  PenaltyOptions penalty;
  InferenceOptions inference;
  CoordinatorOptions coordinator;
  IntervalOptions intervals;

  /// Called on rank 0 before each checkpoint, and after a failed one: creates the run's folder, and its lock, again if they were removed.
  /// Throws galen::Error, which ends this run, if the folder belongs to another run or job. Empty: no check.
  std::function<void()> keep = {};

  /// Called on every rank after the set-up, before the first step; the manifest names the data and the first step.
  std::function<void(const Manifest&)> begun;
};

}  // namespace galen::trainer
