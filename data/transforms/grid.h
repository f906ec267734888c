#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace galen::data {

/// The shape of a sample, the same for all kinds: signals [C, T], images [C, H, W] and volumes [C, D, H, W] are [channels, depth, height,
/// width] with extents of 1 in front. A mask is a grid of one channel.
struct Grid {
  static constexpr int kAxes = 3;

  std::int64_t channels = 1;
  std::array<std::int64_t, kAxes> extent = {1, 1, 1};  ///< depth, height, width; of a signal: 1, 1, time
  int dimensions = 2;                                  ///< 1, 2 or 3: those of `extent`, counted from the last, that the sample has

  int first_axis() const { return kAxes - dimensions; }
  std::int64_t cells() const { return extent[0] * extent[1] * extent[2]; }  ///< of one channel
  std::int64_t elements() const { return channels * cells(); }
  bool operator==(const Grid&) const = default;
};

/// Of a sample's shape with channels first; two to four dimensions.
inline Grid grid_of(std::span<const std::int64_t> shape) {
  Grid grid{.channels = shape[0], .extent = {1, 1, 1}, .dimensions = static_cast<int>(shape.size()) - 1};
  for (int i = 0; i < grid.dimensions; ++i) grid.extent[grid.first_axis() + i] = shape[1 + i];
  return grid;
}

}  // namespace galen::data
