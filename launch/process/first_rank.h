#pragma once

#include "comm/communicator.h"

#include <functional>

namespace galen::launch {

/// Runs `work` on rank 0 only. A galen::UsageError that it throws is rethrown on every rank. Collective.
void on_first_rank(comm::Communicator& world, const std::function<void()>& work);

}  // namespace galen::launch
