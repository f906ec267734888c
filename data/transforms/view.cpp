#include "data/transforms/view.h"

#include <algorithm>

namespace galen::data {

namespace {

// Sets the inside to those i whose source lies in [low, high).
AxisView bounded(AxisView axis, std::int64_t low, std::int64_t high) {
  const std::int64_t first = axis.direction > 0 ? low - axis.begin : axis.begin - high + 1;
  const std::int64_t last = axis.direction > 0 ? high - axis.begin : axis.begin - low + 1;
  axis.inside_begin = std::clamp<std::int64_t>(first, 0, axis.extent);
  axis.inside_end = std::clamp<std::int64_t>(last, axis.inside_begin, axis.extent);
  return axis;
}

AxisView compose(const AxisView& first, const AxisView& second) {
  const AxisView seen = bounded(second, first.inside_begin, first.inside_end);
  AxisView result{.begin = first.source(second.begin), .direction = first.direction * second.direction, .extent = second.extent};
  result.inside_begin = std::max(seen.inside_begin, second.inside_begin);
  result.inside_end = std::max(result.inside_begin, std::min(seen.inside_end, second.inside_end));
  return result;
}

}  // namespace

AxisView cut(std::int64_t sample, std::int64_t begin, std::int64_t extent) { return bounded({begin, 1, extent}, 0, sample); }

AxisView flipped(std::int64_t sample) { return {sample - 1, -1, sample, 0, sample}; }

View View::all_of(const Grid& sample) {
  View view;
  for (int a = 0; a < Grid::kAxes; ++a) view.axis[a] = cut(sample.extent[a], 0, sample.extent[a]);
  return view;
}

Grid View::result(const Grid& sample) const {
  Grid grid = sample;
  for (int a = 0; a < Grid::kAxes; ++a) grid.extent[a] = axis[a].extent;
  return grid;
}

std::optional<View> joined(const View& first, const View& second) {
  if (!first.has_one_padding() || !second.has_one_padding()) return std::nullopt;
  if (first.pads() && second.pads() && first.fill != second.fill) return std::nullopt;
  View view{.axis = {}, .fill = first.pads() ? first.fill : second.fill};
  for (int a = 0; a < Grid::kAxes; ++a) view.axis[a] = compose(first.axis[a], second.axis[a]);
  return view;
}

namespace {

// What stands outside of a channel; labels have their background there.
float padding_of(const Fill& fill, const float* channel, std::int64_t cells) {
  return fill.kind == Fill::kMinimum ? smallest_finite(channel, cells) : fill.number;
}
std::uint8_t padding_of(const Fill&, const std::uint8_t*, std::int64_t) { return 0; }

template <typename Value>
void choose_inside(const View& view, const Grid& grid, const Value* sample, Value* result) {
  const auto& [depth, height, width] = view.axis;
  for (std::int64_t c = 0; c < grid.channels; ++c) {
    const Value padding = padding_of(view.fill, sample + c * grid.cells(), view.pads() ? grid.cells() : 0);
    for (std::int64_t d = 0; d < depth.extent; ++d) {
      for (std::int64_t h = 0; h < height.extent; ++h, result += width.extent) {
        if (!depth.is_inside(d) || !height.is_inside(h)) {
          std::fill_n(result, width.extent, padding);
          continue;
        }
        const Value* row = sample + ((c * grid.extent[0] + depth.source(d)) * grid.extent[1] + height.source(h)) * grid.extent[2];
        std::fill_n(result, width.inside_begin, padding);
        if (width.direction > 0) {
          std::copy(row + width.source(width.inside_begin), row + width.source(width.inside_end), result + width.inside_begin);
        } else {
          std::reverse_copy(row + width.source(width.inside_end) + 1, row + width.source(width.inside_begin) + 1,
                            result + width.inside_begin);
        }
        std::fill(result + width.inside_end, result + width.extent, padding);
      }
    }
  }
}

template <typename Value>
void choose_nearest(const View& view, const Grid& grid, const Value* sample, Value* result) {
  const auto nearest = [&](int axis, std::int64_t i) {
    return std::clamp<std::int64_t>(view.axis[axis].source(i), 0, grid.extent[axis] - 1);
  };
  for (std::int64_t c = 0; c < grid.channels; ++c) {
    for (std::int64_t d = 0; d < view.axis[0].extent; ++d) {
      for (std::int64_t h = 0; h < view.axis[1].extent; ++h) {
        const Value* row = sample + ((c * grid.extent[0] + nearest(0, d)) * grid.extent[1] + nearest(1, h)) * grid.extent[2];
        for (std::int64_t w = 0; w < view.axis[2].extent; ++w) *result++ = row[nearest(2, w)];
      }
    }
  }
}

}  // namespace

template <typename Value>
void choose(const View& view, const Grid& grid, const Value* sample, Value* result) {
  if (view.fill.kind == Fill::kEdge && view.pads()) return choose_nearest(view, grid, sample, result);
  choose_inside(view, grid, sample, result);
}

template void choose(const View&, const Grid&, const float*, float*);
template void choose(const View&, const Grid&, const std::uint8_t*, std::uint8_t*);

}  // namespace galen::data
