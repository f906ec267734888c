#pragma once

#include "trainer/logs/run_status.h"

#include <string>

namespace galen::trainer {

bool has_ended(const std::string& state);  ///< finished, stopped or failed

/// Sets state and reason of a status that holds what rank 0 and the other ranks last said of themselves: which have fallen silent, which
/// left which words, and whether a supervisor is about to start the run again.
void diagnose(RunStatus& status, Instant now);

}  // namespace galen::trainer
