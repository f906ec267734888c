#pragma once

#include "trainer/logs/run_status.h"

#include <string>

namespace galen::trainer {

bool has_ended(const std::string& state);  ///< finished, stopped or failed

/// Sets state and reason of a status that holds the records of rank 0 and the other ranks: which ranks are silent, their last messages,
/// and whether a supervisor is about to restart the run.
void diagnose(RunStatus& status, Instant now);

}  // namespace galen::trainer
