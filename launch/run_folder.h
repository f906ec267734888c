#pragma once

#include "comm/communicator.h"

#include <string>

namespace galen::launch {

/// What is to become of a run that the folder already holds.
enum class EarlierRun { kRefuse, kResume, kOverwrite };

/// Makes `folder` ready for a run: exists, holds no run that `earlier` does not allow for, and has `configuration` as its config.cfg. A
/// folder holds a run once a checkpoint or a metric was written to it; overwriting removes what a run writes and nothing else. Rank 0
/// does it, and its verdict, galen::UsageError, is thrown on every rank. Collective.
void prepare_run_folder(const std::string& folder, EarlierRun earlier, const std::string& configuration, comm::Communicator& world);

}  // namespace galen::launch
