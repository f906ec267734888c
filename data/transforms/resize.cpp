#include "data/transforms/resize.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace galen::data {

namespace {

// What each value along an axis of the result is made of: `weights` of neighbours in the sample, the first of which is `first`.
struct Taps {
  std::int64_t first;
  std::vector<float> weights;
};
using AxisFilter = std::vector<Taps>;

AxisFilter area_filter(std::int64_t from, std::int64_t to) {
  AxisFilter filter;
  const double covered = static_cast<double>(from) / static_cast<double>(to);
  for (std::int64_t i = 0; i < to; ++i) {
    // Ends as fractions of `to`, in whole numbers, so that cells which just touch do not take part.
    const std::int64_t first = i * from / to;
    const std::int64_t end = ((i + 1) * from + to - 1) / to;
    Taps taps{first, {}};
    for (std::int64_t cell = first; cell < end; ++cell) {
      const double low = std::max<double>(static_cast<double>(i) * covered, static_cast<double>(cell));
      const double high = std::min<double>(static_cast<double>(i + 1) * covered, static_cast<double>(cell + 1));
      taps.weights.push_back(static_cast<float>((high - low) / covered));
    }
    filter.push_back(std::move(taps));
  }
  return filter;
}

AxisFilter bilinear_filter(std::int64_t from, std::int64_t to) {
  AxisFilter filter;
  for (std::int64_t i = 0; i < to; ++i) {
    const double ratio = static_cast<double>(from) / static_cast<double>(to);
    const double at = std::clamp((static_cast<double>(i) + 0.5) * ratio - 0.5, 0.0, static_cast<double>(from - 1));
    const auto first = std::min(static_cast<std::int64_t>(at), std::max<std::int64_t>(from - 2, 0));
    const auto weight = static_cast<float>(at - static_cast<double>(first));
    filter.push_back({first, from > 1 ? std::vector<float>{1 - weight, weight} : std::vector<float>{1}});
  }
  return filter;
}

// [outer, from, inner] to [outer, to, inner].
void filter_axis(const AxisFilter& filter, std::int64_t outer, std::int64_t from, std::int64_t inner, const float* values, float* result) {
  for (std::int64_t o = 0; o < outer; ++o, values += from * inner) {
    for (const Taps& taps : filter) {
      const float* row = values + taps.first * inner;
      for (std::int64_t i = 0; i < inner; ++i) result[i] = taps.weights[0] * row[i];
      for (std::size_t k = 1; k < taps.weights.size(); ++k) {
        row += inner;
        for (std::int64_t i = 0; i < inner; ++i) result[i] += taps.weights[k] * row[i];
      }
      result += inner;
    }
  }
}

struct Resize {
  Grid from;
  Grid to;
  std::array<AxisFilter, Grid::kAxes> filters;  // empty: this axis stays

  void operator()(const float* sample, float* result, RandomStream, Workspace& workspace) const {
    Grid grid = from;
    const float* values = sample;
    Workspace::Use next = Workspace::kFirstPass;
    for (int a = 0; a < Grid::kAxes; ++a) {
      if (filters[a].empty()) continue;
      std::int64_t inner = 1;
      for (int b = a + 1; b < Grid::kAxes; ++b) inner *= grid.extent[b];
      const std::int64_t outer = grid.elements() / (grid.extent[a] * inner);
      const std::int64_t extent = std::exchange(grid.extent[a], to.extent[a]);
      float* into = grid == to ? result : workspace.values(next, grid.elements());
      filter_axis(filters[a], outer, extent, inner, values, into);
      values = into;
      next = Workspace::kSecondPass;
    }
    if (values == sample) std::copy_n(sample, from.elements(), result);
  }
};

void take_nearest(const Grid& from, const Grid& to, const std::uint8_t* mask, std::uint8_t* result) {
  const auto nearest = [&](int axis, std::int64_t i) { return (2 * i + 1) * from.extent[axis] / (2 * to.extent[axis]); };
  for (std::int64_t d = 0; d < to.extent[0]; ++d) {
    for (std::int64_t h = 0; h < to.extent[1]; ++h) {
      const std::uint8_t* row = mask + (nearest(0, d) * from.extent[1] + nearest(1, h)) * from.extent[2];
      for (std::int64_t w = 0; w < to.extent[2]; ++w) *result++ = row[nearest(2, w)];
    }
  }
}

}  // namespace

Transform make_resize(Arguments& arguments, const SampleForm& form) {
  Resize resize{form.grid, form.grid, {}};
  resize.to.extent = arguments.extents(form.grid, 1, 1 << 14);
  const std::string method = arguments.word("method", {"auto", "area", "bilinear"}, "auto");
  for (int a = 0; a < Grid::kAxes; ++a) {
    const std::int64_t from = form.grid.extent[a];
    const std::int64_t to = resize.to.extent[a];
    const bool area = method == "area" || (method == "auto" && to < from);
    if (from != to) resize.filters[a] = area ? area_filter(from, to) : bilinear_filter(from, to);
  }
  const auto mask = [from = form.grid, to = resize.to](const std::uint8_t* labels, std::uint8_t* result, RandomStream, Workspace&) {
    take_nearest(from, to, labels, result);
  };
  return {.result = {resize.to, form.range, form.as_stored}, .values = resize, .mask = mask};
}

}  // namespace galen::data
