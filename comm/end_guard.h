#pragma once

#include <chrono>
#include <string>

namespace galen::comm {

/// Starts a small process that watches the end of this one, when only mpirun still waits for it: if this process is
/// stopped for longer than `deadline`, it prints `message` and kills this process; it exits with it. Call once, when all work is done.
/// Zero: no process is started.
void guard_end(std::chrono::milliseconds deadline, const std::string& message);

}  // namespace galen::comm
