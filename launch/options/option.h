#pragma once

#include "galen/option.h"

/// Commands define their own options in the same way as components define those of a run.
namespace galen::launch {
using namespace options;
}  // namespace galen::launch
