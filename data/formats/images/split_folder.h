#pragma once

#include "data/sampling/split.h"

#include <optional>
#include <string>

namespace galen::data {

/// The part of a split that a folder is named for: train, training, val, valid, validation, test, testing, in any case.
std::optional<Subset> subset_named(const std::string& folder);

}  // namespace galen::data
