#pragma once

#include "comm/communicator.h"

#include <memory>

namespace galen::comm {

/// A group of one rank: every collective is a copy or does nothing. For commands and library users that run without MPI.
std::unique_ptr<Communicator> make_single_communicator();

}  // namespace galen::comm
