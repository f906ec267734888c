#pragma once

#include "galen/option.h"

/// Commands make options of their own in the same way as components make those of a run.
namespace galen::launch {
using namespace options;
}  // namespace galen::launch
