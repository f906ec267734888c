#pragma once

#include "data/files/dataset.h"

#include <cstdint>

namespace galen::data {

/// Throws galen::Error that names data set, sample and channel or feature: `value`, NaN or infinite, cannot be learnt from.
[[noreturn]] void refuse_value(const Dataset& dataset, std::int64_t sample, std::int64_t channel, double value);

/// Throws galen::Error: a table's feature has no value in the training split, so that its gaps cannot be filled.
[[noreturn]] void refuse_empty_feature(const Dataset& dataset, std::int64_t feature);

}  // namespace galen::data
