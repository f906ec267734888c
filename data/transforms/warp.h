#pragma once

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

/// Takes the values of the result, of shape `grid` as the sample, at coordinates in the sample: linearly between the neighbouring cells,
/// where cells outside of the sample are 0. `buffer`: [3 · width], for the coordinates.
void warp(const Grid& grid, const float* sample, const FillRow& fill_row, float* buffer, float* result);

/// The same for labels, [grid.cells()]: the nearest cell, 0 outside.
void warp(const Grid& grid, const std::uint8_t* labels, const FillRow& fill_row, float* buffer, std::uint8_t* result);

}  // namespace galen::data
