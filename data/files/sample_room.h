#pragma once

#include "data/files/dataset.h"

#include <cstdint>
#include <vector>

namespace galen::data {

/// Elements of a sample, or as many as 64 bits count: a damaged file may claim any shape.
std::int64_t elements_of(const std::vector<std::int64_t>& shape);

/// Throws galen::Error, with the numbers and what to do, where one sample, as it is stored and as f32, takes more memory than this machine
/// has left: whatever is done with the data set needs that.
void expect_room_for_a_sample(const Dataset& dataset);

}  // namespace galen::data
