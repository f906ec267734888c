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

View operator|(const View& first, const View& second) {
  View view{.axis = {}, .padding = second.padding};
  for (int a = 0; a < Grid::kAxes; ++a) view.axis[a] = compose(first.axis[a], second.axis[a]);
  return view;
}

template <typename Value>
void choose(const View& view, const Grid& grid, const Value* sample, Value* result) {
  const auto& [depth, height, width] = view.axis;
  const auto padding = static_cast<Value>(view.padding);
  for (std::int64_t c = 0; c < grid.channels; ++c) {
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

template void choose(const View&, const Grid&, const float*, float*);
template void choose(const View&, const Grid&, const std::uint8_t*, std::uint8_t*);

}  // namespace galen::data
