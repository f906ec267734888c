#pragma once

#include "tests/support/shared_folder.h"
#include "trainer/experiment.h"

#include <string>

namespace galen::test {

/// Two epochs of CNN 28 on the folder's data, in eight lanes, into its subfolder `run`.
inline trainer::ExperimentOptions small_run(const SharedFolder& folder, const std::string& run) {
  trainer::ExperimentOptions options;
  options.folder = folder / run;
  options.seed = 3;
  options.device = trainer::DeviceChoice::kCpu;
  options.quiet = true;
  options.dataset.file = folder / "data.h5";
  options.trainer.batch = 12;
  options.trainer.epochs = 2;
  options.trainer.lanes = 8;
  options.trainer.threads = 1;
  options.intervals.resamples = 20;
  return options;
}

}  // namespace galen::test
