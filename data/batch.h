#pragma once

#include "galen/inputs.h"
#include "galen/range.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace galen::data {

/// Some samples, ready for a model.
struct Samples {
  /// An entry an input of the data set. Values: [n, output_shape()…] f32, prepared (f64 where Preparation::table is set); of a sample that
  /// lacks the input 0. Texts: [n, T] i64 token ids, 1 … V - 1, then 0 behind the last one; T is the same for all lanes of a step. Length:
  /// of texts, and where the file has it.
  Inputs inputs;

  /// [n] i64 (classes) or [n, K] f32; masks: [n, H, W] or [n, D, H, W] u8 labels, which lie on the images. Undefined where the data set has
  /// none.
  at::Tensor target;

  at::Tensor index;  ///< [n] i64: number of each sample in the data set
  std::int64_t size() const;
  Samples rows(Range range) const;  ///< views, no copy
};

/// This worker's part of one step.
struct Batch {
  Range positions;  ///< of the whole step, over all lanes, in the epoch's order
  Range my_lanes;
  Samples samples;               ///< of my lanes, in lane order
  std::vector<Range> lane_rows;  ///< rows of `samples` for each of my lanes; empty ranges in a ragged last step

  Samples lane(std::int64_t lane) const;  ///< `lane` in my_lanes; views, no copy
};

}  // namespace galen::data
