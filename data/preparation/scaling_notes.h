#pragma once

#include "data/preparation/preparation.h"
#include "data/preparation/value_statistics.h"

#include <string>
#include <vector>

namespace galen::data {

/// What has to be said of data.scaling = unit, a sentence each: which range was measured, as integers of more than 16 bits have none of
/// use; that values take a quarter or less of their type's range (10 to 14 bits stored in 16); that floating-point values are far from 0 …
/// 1 and stay so. `scaling`: as it was fitted; `training`: of the training split.
std::vector<std::string> scaling_notes(const PreparationOptions& options, const Dataset& dataset, const Scaling& scaling,
                                       const ValueStatistics& training);

}  // namespace galen::data
