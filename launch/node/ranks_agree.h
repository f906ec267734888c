#pragma once

#include "comm/communicator.h"

#include <string>
#include <vector>

namespace galen::launch {

/// Throws galen::UsageError on all ranks if they were not all started with the same `command`, arguments and version of galen, as in
/// mpirun -np 1 galen train … : -np 1 galen evaluate …. Collective.
void check_same_command(const std::string& command, const std::vector<std::string>& arguments, comm::Communicator& world);

/// The `notes` of all ranks, each once and with its host, and one for each host whose clock differs from rank 0's by more than two seconds.
/// The same on all ranks. Collective.
std::vector<std::string> gather_notes(const std::vector<std::string>& notes, comm::Communicator& world);

}  // namespace galen::launch
