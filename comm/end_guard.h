#pragma once

#include <chrono>
#include <string>

namespace galen::comm {

/// Starts a small process that watches the last steps of this one, when only mpirun still waits for it: it ends this process
/// where that is stopped for longer than `deadline`, after printing `message`, and ends with it. To be called once, when all work is done.
/// Zero: nothing is started.
void guard_end(std::chrono::milliseconds deadline, const std::string& message);

}  // namespace galen::comm
