#pragma once

#include "launch/options/arguments.h"
#include "launch/options/configuration.h"

#include <cstdint>
#include <string>

namespace galen::launch {

/// A command of galen's that is to run on several workers, and what its launcher must know of it.
struct LaunchedCommand {
  std::string name;
  Arguments arguments;
  bool may_use_gpus = true;  ///< device is not cpu
  bool applies = false;      ///< a run's model, with as many threads as the run had

  // Of train alone.
  bool trains = false;
  CommandLine line;                  ///< of `arguments`
  std::string folder;                ///< of the run
  bool resumes = false;              ///< --resume auto
  bool overwrites = false;           ///< --overwrite
  std::int64_t most_workers = 0;     ///< that there are lanes and samples for; 0: any number
  std::int64_t batch = 0;            ///< of trainer.batch
  std::int64_t lanes = 0;            ///< of trainer.lanes, or of the run to be resumed; below 1: as trainer::lanes_for() has it
  int threads = 0;                   ///< of trainer.threads; 0: left open
  int loading_threads = 0;           ///< of data.threads; 0: left open
  double deadline = 0;               ///< of comm.deadline, in seconds; 0: none
  bool coordinator_process = false;  ///< takes one more process than there are workers
};

/// Reads the options of the command `name`, which runs on several workers, and a configuration file that they name. Throws
/// galen::UsageError for what the command itself would refuse.
LaunchedCommand read_launched_command(const std::string& name, const Arguments& arguments);

/// How train goes on after a failure: from the run's checkpoints; where there are none yet, from the start with the lanes that were begun
/// with, in the place of an earlier run that was to be overwritten.
Arguments arguments_to_go_on(const LaunchedCommand& command, bool has_checkpoint, std::int64_t lanes);

}  // namespace galen::launch
