#pragma once

#include "comm/communicator.h"
#include "trainer/logs/timeline.h"

#include <string>

namespace galen::trainer {

/// Writes the timelines of all ranks as `file`, each a process of Chrome's trace viewer. What cannot be written throws galen::Error.
/// Collective.
void write_trace(const std::string& file, const Timeline& timeline, comm::Communicator& workers);

}  // namespace galen::trainer
