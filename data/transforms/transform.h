#pragma once

#include "data/transforms/grid.h"
#include "data/transforms/view.h"
#include "data/transforms/workspace.h"
#include "galen/random_stream.h"

#include <cstdint>
#include <functional>
#include <optional>

namespace galen::data {

/// The smallest and largest value of samples: what data.scaling = unit maps to 0 and 1.
struct ValueRange {
  double low = 0;
  double high = 1;
};

/// What samples are at some place in a list of transforms.
struct SampleForm {
  Grid grid;
  ValueRange range;
  bool as_stored = false;  ///< in the data set's own units: no window or standardize came before
};

/// One entry of a list of transforms, made for samples of one form. The functions are pure: what is random about them comes out of the
/// stream that they are given, the same for a sample and its mask. They are called from any thread, each with a workspace of its own.
struct Transform {
  template <typename Value>
  using Function = std::function<void(const Value* sample, Value* result, RandomStream random, Workspace& workspace)>;

  SampleForm result;              ///< of what comes out
  bool fills_by_default = false;  ///< shows places outside of samples, and was not given what stands there: 0

  /// Transforms that only choose values (crop, pad, flip, shift) have this alone; `values` and `mask` are empty.
  std::function<View(RandomStream random)> view = {};

  /// Random ones that change a sample's shape: their part that is not random.
  std::optional<View> still = {};

  Function<float> values = {};       ///< [grid.elements()] to [result.grid.elements()]; the two do not overlap
  Function<std::uint8_t> mask = {};  ///< [grid.cells()] to [result.grid.cells()]; empty: the mask stays as it is
};

}  // namespace galen::data
