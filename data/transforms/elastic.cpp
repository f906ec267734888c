#include "data/transforms/elastic.h"

#include "data/transforms/warp.h"

#include <algorithm>
#include <vector>

namespace galen::data {

namespace {

constexpr int kTaps = 4;  // control points that a cubic B-spline takes part in

std::array<float, kTaps> b_spline(double t) {
  const double s = 1 - t;
  return {static_cast<float>(s * s * s / 6), static_cast<float>((3 * t * t * t - 6 * t * t + 4) / 6),
          static_cast<float>((3 * s * s * s - 6 * s * s + 4) / 6), static_cast<float>(t * t * t / 6)};
}

// The control points along an axis, and those that each of its cells is moved by.
struct ControlAxis {
  std::int64_t points = 1;
  int taps = 1;  // an axis that the sample lacks has one point
  std::vector<std::int64_t> first = {0};
  std::vector<std::array<float, kTaps>> weights = {{1}};

  ControlAxis() = default;
  ControlAxis(std::int64_t extent, double spacing) : taps(kTaps), first(), weights() {
    for (std::int64_t i = 0; i < extent; ++i) {
      const double at = static_cast<double>(i) / spacing;
      first.push_back(static_cast<std::int64_t>(at));
      weights.push_back(b_spline(at - static_cast<double>(first.back())));
    }
    points = first.back() + kTaps;
  }
};

class Deformation {
 public:
  Deformation(const Grid& grid, double strength, double spacing, const Fill& fill) : grid_(grid), strength_(strength), fill_(fill) {
    for (int a = grid.first_axis(); a < Grid::kAxes; ++a) axis_[a] = ControlAxis(grid.extent[a], spacing);
  }

  template <typename Value>
  void operator()(const Value* sample, Value* result, RandomStream random, Workspace& workspace) const {
    const auto& [depths, heights, widths] = axis_;
    const std::int64_t points = depths.points * heights.points * widths.points;
    float* moves = workspace.values(Workspace::kControlPoints, Grid::kAxes * points);
    for (std::int64_t i = grid_.first_axis() * points; i < Grid::kAxes * points; ++i) {
      moves[i] = static_cast<float>(strength_ * random.bell());
    }
    float* line = workspace.values(Workspace::kLine, widths.points);
    const auto fill_row = [&](std::int64_t depth, std::int64_t height, const RowCoordinates& coordinates) {
      for (int a = grid_.first_axis(); a < Grid::kAxes; ++a) {
        blend(moves + a * points, depth, height, line);
        const float base = a == 0 ? static_cast<float>(depth) : static_cast<float>(height);
        for (std::int64_t w = 0; w < grid_.extent[2]; ++w) {
          float move = 0;
          for (int k = 0; k < kTaps; ++k) move += axis_[2].weights[w][k] * line[axis_[2].first[w] + k];
          coordinates[a][w] = (a == 2 ? static_cast<float>(w) : base) + move;
        }
      }
    };
    warp(grid_, sample, fill_, std::cref(fill_row), workspace.values(Workspace::kCoordinates, warp_buffer(grid_)), result);
  }

 private:
  // The moves of a row's control points, of those around it.
  void blend(const float* moves, std::int64_t depth, std::int64_t height, float* line) const {
    const auto& [depths, heights, widths] = axis_;
    std::fill_n(line, widths.points, 0.F);
    for (int i = 0; i < depths.taps; ++i) {
      for (int j = 0; j < heights.taps; ++j) {
        const float weight = depths.weights[depth][i] * heights.weights[height][j];
        const float* row = moves + ((depths.first[depth] + i) * heights.points + heights.first[height] + j) * widths.points;
        for (std::int64_t k = 0; k < widths.points; ++k) line[k] += weight * row[k];
      }
    }
  }

  Grid grid_;
  double strength_;
  Fill fill_;
  std::array<ControlAxis, Grid::kAxes> axis_;
};

}  // namespace

Transform make_elastic(Arguments& arguments, const SampleForm& form) {
  if (form.grid.dimensions == 1) arguments.refuse("it is for images and volumes, and these samples are signals");
  const double strength = arguments.number("strength", 0, 1 << 16);
  const double spacing = arguments.number("spacing", 2, 1 << 16);
  const std::optional<Fill> fill = arguments.fill();
  const Deformation deformation(form.grid, strength, spacing, fill.value_or(Fill()));
  return {.result = form, .fills_by_default = !fill, .values = deformation, .mask = deformation};
}

}  // namespace galen::data
