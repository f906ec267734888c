#pragma once

#include "comm/communicator.h"
#include "trainer/logs/timeline.h"

#include <string>

namespace galen::trainer {

/// Writes the timelines of all ranks to `file`, each as a process of Chrome's trace viewer. Throws galen::Error if it cannot be written.
/// Collective.
void write_trace(const std::string& file, const Timeline& timeline, comm::Communicator& workers);

}  // namespace galen::trainer
