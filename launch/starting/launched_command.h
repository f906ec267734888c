#pragma once

#include "launch/options/arguments.h"
#include "launch/options/configuration.h"

#include <cstdint>
#include <string>

namespace galen::launch {

/// A command of galen to be run on several workers, and what its launcher must know about it.
struct LaunchedCommand {
  std::string name;
  Arguments arguments;
  bool may_use_gpus = true;  ///< device is not cpu
  bool applies = false;      ///< applies a run's model, with as many threads as the run

  // Only for train.
  bool trains = false;
  CommandLine line;                  ///< of `arguments`
  std::string folder;                ///< of the run
  bool resumes = false;              ///< --resume auto
  bool overwrites = false;           ///< --overwrite
  std::int64_t most_workers = 0;     ///< limit by lanes and samples; 0: none
  std::int64_t batch = 0;            ///< of trainer.batch
  std::int64_t lanes = 0;            ///< of trainer.lanes, or of the run to be resumed; below 1: as in trainer::lanes_for()
  int threads = 0;                   ///< of trainer.threads; 0: not set
  int loading_threads = 0;           ///< of data.threads; 0: not set
  double deadline = 0;               ///< of comm.deadline, in seconds; 0: none
  bool coordinator_process = false;  ///< needs one more process than there are workers
};

/// Reads the options of the command `name`, which runs on several workers, and its configuration file. Throws galen::UsageError for
/// everything that the command itself would refuse.
LaunchedCommand read_launched_command(const std::string& name, const Arguments& arguments);

/// The arguments with which train continues after a failure: from the run's checkpoints; if there are none, from the start with the same
/// number of lanes, replacing an earlier run if that was to be overwritten.
Arguments arguments_to_go_on(const LaunchedCommand& command, bool has_checkpoint, std::int64_t lanes);

}  // namespace galen::launch
