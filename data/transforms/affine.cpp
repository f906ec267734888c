#include "data/transforms/affine.h"

#include "data/transforms/warp.h"

#include <cmath>
#include <numbers>

namespace galen::data {

namespace {

using Vector = std::array<double, Grid::kAxes>;
using Matrix = std::array<Vector, Grid::kAxes>;

constexpr Matrix kIdentity = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

Matrix operator*(const Matrix& a, const Matrix& b) {
  Matrix product{};
  for (int i = 0; i < 3; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 3; ++k) product[i][j] += a[i][k] * b[k][j];
    }
  }
  return product;
}

Matrix rotation(int axis, double angle) {
  const int u = (axis + 1) % 3;
  const int v = (axis + 2) % 3;
  Matrix matrix = kIdentity;
  matrix[u][u] = matrix[v][v] = std::cos(angle);
  matrix[u][v] = -std::sin(angle);
  matrix[v][u] = std::sin(angle);
  return matrix;
}

// How far each of them goes at most.
struct Amounts {
  double angle = 0;  // radians
  std::array<bool, Grid::kAxes> turns = {};
  double scale = 0;
  double shear = 0;  // radians
  double shift = 0;  // cells
};

// Where in the sample a place of the result lies: centre + matrix · (place - centre) - shift.
struct Placement {
  Matrix matrix;
  Vector shift;
};

Placement draw(const Amounts& amounts, const Grid& grid, RandomStream& random) {
  Matrix matrix = kIdentity;
  for (int axis = 0; axis < Grid::kAxes; ++axis) {
    if (amounts.turns[axis]) matrix = matrix * rotation(axis, random.uniform(-amounts.angle, amounts.angle));
  }
  Matrix shear = kIdentity;
  shear[2][1] = std::tan(random.uniform(-amounts.shear, amounts.shear));
  matrix = matrix * shear;
  const double scale = 1 + random.uniform(-amounts.scale, amounts.scale);
  Placement placement{matrix, {}};
  for (int a = grid.first_axis(); a < Grid::kAxes; ++a) {
    for (double& factor : placement.matrix[a]) factor /= scale;
    placement.shift[a] = random.uniform(-amounts.shift, amounts.shift);
  }
  return placement;
}

template <typename Value>
Transform::Function<Value> warping(const Amounts& amounts, const Grid& grid, const Fill& fill) {
  return [amounts, grid, fill](const Value* sample, Value* result, RandomStream random, Workspace& workspace) {
    const Placement placement = draw(amounts, grid, random);
    Vector centre{};
    for (int a = 0; a < Grid::kAxes; ++a) centre[a] = static_cast<double>(grid.extent[a] - 1) / 2;
    const auto fill_row = [&](std::int64_t depth, std::int64_t height, const RowCoordinates& coordinates) {
      for (int a = 0; a < Grid::kAxes; ++a) {
        const Vector& factors = placement.matrix[a];
        const double start = centre[a] - placement.shift[a] + factors[0] * (static_cast<double>(depth) - centre[0]) +
                             factors[1] * (static_cast<double>(height) - centre[1]) - factors[2] * centre[2];
        for (std::int64_t w = 0; w < grid.extent[2]; ++w) {
          coordinates[a][w] = static_cast<float>(start + factors[2] * static_cast<double>(w));
        }
      }
    };
    warp(grid, sample, fill, std::cref(fill_row), workspace.values(Workspace::kCoordinates, warp_buffer(grid)), result);
  };
}

Transform make(Arguments& arguments, const SampleForm& form, Amounts amounts) {
  if (form.grid.dimensions == 1) arguments.refuse("it is for images and volumes, and these samples are signals");
  amounts.turns = {true, false, false};
  if (form.grid.dimensions == 3) {
    const std::string axis = arguments.word("axis", {"depth", "height", "width", "all"}, "depth");
    for (int a = 0; a < Grid::kAxes; ++a) amounts.turns[a] = axis == "all" || axis == axis_name(form.grid, a);
  }
  const std::optional<Fill> fill = arguments.fill();
  return {.result = form,
          .fills_by_default = !fill,
          .values = warping<float>(amounts, form.grid, fill.value_or(Fill())),
          .mask = warping<std::uint8_t>(amounts, form.grid, fill.value_or(Fill()))};
}

double radians(double degrees) { return degrees * std::numbers::pi / 180; }

}  // namespace

Transform make_rotate(Arguments& arguments, const SampleForm& form) {
  Amounts amounts;
  amounts.angle = radians(arguments.number("degrees", 0, 180));
  return make(arguments, form, amounts);
}

Transform make_affine(Arguments& arguments, const SampleForm& form) {
  Amounts amounts;
  amounts.angle = radians(arguments.number("rotate", 0, 180, 0));
  amounts.scale = arguments.number("scale", 0, 0.9, 0);
  amounts.shear = radians(arguments.number("shear", 0, 80, 0));
  amounts.shift = arguments.number("shift", 0, 1 << 16, 0);
  return make(arguments, form, amounts);
}

}  // namespace galen::data
