#pragma once

#include "data/transforms/fill.h"
#include "data/transforms/grid.h"

#include <array>
#include <cstdint>
#include <functional>

namespace galen::data {

/// Coordinates in a sample of the values of one row of the result: [width] along depth, height and width, in cells; a cell's centre is at
/// its whole number.
using RowCoordinates = std::array<float*, Grid::kAxes>;

/// Fills in the coordinates of row `height` in plane `depth` of the result.
using FillRow = std::function<void(std::int64_t depth, std::int64_t height, const RowCoordinates& coordinates)>;

/// Floats that warp() needs: a row's coordinates, and what stands outside of each channel.
inline std::int64_t warp_buffer(const Grid& grid) { return 3 * grid.extent[2] + grid.channels; }

/// Takes the values of the result, of shape `grid` as the sample, at coordinates in the sample: linearly between the neighbouring cells,
/// where cells outside of the sample are what `fill` says. `buffer`: [warp_buffer(grid)].
void warp(const Grid& grid, const float* sample, const Fill& fill, const FillRow& fill_row, float* buffer, float* result);

/// The same for labels, [grid.cells()]: the nearest cell.
void warp(const Grid& grid, const std::uint8_t* labels, const Fill& fill, const FillRow& fill_row, float* buffer, std::uint8_t* result);

}  // namespace galen::data
