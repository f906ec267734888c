#pragma once

#include "data/transforms/fill.h"
#include "data/transforms/grid.h"

#include <array>
#include <cstdint>
#include <optional>

namespace galen::data {

/// Where the values of a result come from in a sample, along one axis: result i is sample begin + direction · i where i lies in
/// [inside_begin, inside_end), and padding elsewhere.
struct AxisView {
  std::int64_t begin = 0;
  std::int64_t direction = 1;  ///< 1, or -1: flipped
  std::int64_t extent = 1;     ///< of the result
  std::int64_t inside_begin = 0;
  std::int64_t inside_end = 1;

  std::int64_t source(std::int64_t i) const { return begin + direction * i; }
  bool is_inside(std::int64_t i) const { return i >= inside_begin && i < inside_end; }
  bool pads() const { return inside_begin > 0 || inside_end < extent; }
};

/// The axis of a sample of `sample` values, cut or padded to [begin, begin + extent).
AxisView cut(std::int64_t sample, std::int64_t begin, std::int64_t extent);

/// The axis of a sample of `sample` values, backwards.
AxisView flipped(std::int64_t sample);

/// What crops, pads, flips and shifts make of a sample: a choice of its values and of what stands outside, without any arithmetic. All
/// channels are treated alike.
struct View {
  std::array<AxisView, Grid::kAxes> axis;  ///< depth, height, width, as in Grid
  Fill fill = {};                          ///< what stands outside of the sample: a stored value, which is scaled as all others

  static View all_of(const Grid& sample);
  Grid result(const Grid& sample) const;
  bool pads() const { return axis[0].pads() || axis[1].pads() || axis[2].pads(); }

  /// Whether one number stands for all that lies outside, or nothing does.
  bool has_one_padding() const { return fill.kind == Fill::kNumber || !pads(); }
};

/// `second` of what `first` makes of a sample; nothing where that is no View: two paddings, or one that depends on the sample.
std::optional<View> joined(const View& first, const View& second);

/// Writes the values that `view` chooses of `sample`, contiguous, of shape `grid`; the result has the shape view.result(grid). f32; u8 are
/// labels.
template <typename Value>
void choose(const View& view, const Grid& grid, const Value* sample, Value* result);

}  // namespace galen::data
