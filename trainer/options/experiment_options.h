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

/// Everything that one training run is made from; each part's options lie beside that part.
struct ExperimentOptions : SettingOptions {
  std::string folder;   ///< Of the run. Empty: nothing is written (no checkpoints, no logs).
  bool resume = false;  ///< Goes on from the newest valid checkpoint in `folder`, where there is one.
  bool quiet = false;   ///< No progress on the terminal.

  OptimizerOptions optimizer;
  CommOptions comm;
  ScheduleOptions schedule;
  PenaltyOptions penalty;
  InferenceOptions inference;
  CoordinatorOptions coordinator;
  IntervalOptions intervals;

  /// Called on rank 0 before each checkpoint, and where one could not be written: makes the run's folder again, and its own, where it was
  /// removed. Throws galen::Error where that is another run's or job's by then, which ends this run. Empty: nothing is looked at.
  std::function<void()> keep = {};

  /// Called on every rank when all is put together, before the first step; the manifest says on which data, and from which step on.
  std::function<void(const Manifest&)> begun;
};

}  // namespace galen::trainer
