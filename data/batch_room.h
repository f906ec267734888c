#pragma once

#include "data/dataset.h"
#include "data/preparation/preparation.h"

#include <cstdint>

namespace galen::data {

/// How many batches are in memory at a time.
struct BatchRoom {
  std::int64_t rows = 1;       ///< samples of a process in a step
  std::int64_t slots = 1;      ///< batches of a process that are ready or being made
  std::int64_t processes = 1;  ///< on this machine
};

/// Throws galen::Error, with the numbers and what to do, where batches take more memory than this machine has left. Of what a model does
/// with them nothing is known here.
void expect_room_for_batches(const Dataset& dataset, const Preparation& preparation, const BatchRoom& room);

/// The same of one sample alone, as it is stored and as numbers: whatever is done with the data set needs that.
void expect_room_for_a_sample(const Dataset& dataset);

}  // namespace galen::data
