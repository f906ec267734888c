#pragma once

#include "data/files/dataset.h"
#include "data/preparation/preparation.h"

#include <cstdint>
#include <vector>

namespace galen::data {

/// How many batches are in memory at a time.
struct BatchRoom {
  std::int64_t rows = 1;       ///< samples of a process in a step
  std::int64_t slots = 1;      ///< batches of a process that are ready or being made
  std::int64_t processes = 1;  ///< on this machine
};

/// `preparations`: one an input. Throws galen::Error, with the numbers and what to do, where batches take more memory than this machine has
/// left. Of what a model does with them nothing is known here.
void expect_room_for_batches(const Dataset& dataset, const std::vector<Preparation>& preparations, const BatchRoom& room);

}  // namespace galen::data
