#include "data/transforms/warp.h"

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

// The two cells around a coordinate, and how near it is to the second; a cell outside of the axis has the weight 0 and the number 0.
struct Neighbours {
  std::array<std::int64_t, 2> cell;
  std::array<float, 2> weight;
  bool whole = true;  // nothing of it lies outside

  float inside() const { return weight[0] + weight[1]; }
};

Neighbours neighbours(float at, std::int64_t extent) {
  // Beyond the axis all lies outside, also where a coordinate is too large for a whole number, or NaN.
  if (!(at > -1 && at < static_cast<float>(extent))) return {{0, 0}, {0, 0}, false};
  const float floor = std::floor(at);
  const auto first = static_cast<std::int64_t>(floor);
  Neighbours result{{first, first + 1}, {1 - (at - floor), at - floor}};
  for (int i = 0; i < 2; ++i) {
    if (result.cell[i] >= 0 && result.cell[i] < extent) continue;
    result.whole = result.whole && result.weight[i] == 0;
    result.cell[i] = 0, result.weight[i] = 0;
  }
  return result;
}

std::int64_t nearest(float at, std::int64_t extent) {
  const float cell = std::floor(at + 0.5F);
  return cell >= 0 && cell < static_cast<float>(extent) ? static_cast<std::int64_t>(cell) : -1;
}

template <typename Visit>
void for_each_row(const Grid& grid, const FillRow& fill_row, float* buffer, Visit visit) {
  const auto& [depth, height, width] = grid.extent;
  const RowCoordinates coordinates = {buffer, buffer + width, buffer + 2 * width};
  for (std::int64_t d = 0; d < depth; ++d) {
    for (std::int64_t h = 0; h < height; ++h) {
      fill_row(d, h, coordinates);
      visit((d * height + h) * width, coordinates);
    }
  }
}

// To the nearest place in the sample, where all of a result comes from the sample.
void clamp(const RowCoordinates& at, const Grid& grid) {
  for (int a = 0; a < Grid::kAxes; ++a) {
    const auto last = static_cast<float>(grid.extent[a] - 1);
    for (std::int64_t w = 0; w < grid.extent[2]; ++w) at[a][w] = at[a][w] > 0 ? std::min(at[a][w], last) : 0;
  }
}

}  // namespace

void warp(const Grid& grid, const float* sample, const Fill& fill, const FillRow& fill_row, float* buffer, float* result) {
  float* outside = buffer + 3 * grid.extent[2];  // of each channel
  bool is_zero = true;
  for (std::int64_t c = 0; c < grid.channels; ++c) {
    outside[c] = fill.kind == Fill::kMinimum ? smallest_finite(sample + c * grid.cells(), grid.cells()) : fill.number;
    is_zero = is_zero && outside[c] == 0;
  }
  for_each_row(grid, fill_row, buffer, [&](std::int64_t row, const RowCoordinates& at) {
    if (fill.kind == Fill::kEdge) clamp(at, grid);
    for (std::int64_t w = 0; w < grid.extent[2]; ++w) {
      const Neighbours x = neighbours(at[2][w], grid.extent[2]);
      const Neighbours y = neighbours(at[1][w], grid.extent[1]);
      const Neighbours z = grid.extent[0] > 1 ? neighbours(at[0][w], grid.extent[0]) : Neighbours{{0, 0}, {1, 0}};
      const bool fills = !is_zero && !(x.whole && y.whole && z.whole);
      const float share = fills ? 1 - z.inside() * y.inside() * x.inside() : 0;  // of what lies outside
      for (std::int64_t c = 0; c < grid.channels; ++c) {
        const float* channel = sample + c * grid.cells();
        float value = 0;
        for (int k = 0; k < (grid.extent[0] > 1 ? 2 : 1); ++k) {
          for (int j = 0; j < 2; ++j) {
            const float* line = channel + (z.cell[k] * grid.extent[1] + y.cell[j]) * grid.extent[2];
            value += z.weight[k] * y.weight[j] * (x.weight[0] * line[x.cell[0]] + x.weight[1] * line[x.cell[1]]);
          }
        }
        if (fills) value += share * outside[c];
        result[c * grid.cells() + row + w] = value;
      }
    }
  });
}

void warp(const Grid& grid, const std::uint8_t* labels, const Fill& fill, const FillRow& fill_row, float* buffer, std::uint8_t* result) {
  for_each_row(grid, fill_row, buffer, [&](std::int64_t row, const RowCoordinates& at) {
    if (fill.kind == Fill::kEdge) clamp(at, grid);
    for (std::int64_t w = 0; w < grid.extent[2]; ++w) {
      const std::int64_t z = grid.extent[0] > 1 ? nearest(at[0][w], grid.extent[0]) : 0;
      const std::int64_t y = nearest(at[1][w], grid.extent[1]);
      const std::int64_t x = nearest(at[2][w], grid.extent[2]);
      const bool inside = z >= 0 && y >= 0 && x >= 0;
      result[row + w] = inside ? labels[(z * grid.extent[1] + y) * grid.extent[2] + x] : 0;
    }
  });
}

}  // namespace galen::data
