#include "data/formats/nifti/voxel_axes.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace galen::data {
namespace {

using Vector = std::array<double, 3>;
using Matrix = std::array<Vector, 3>;  // columns

double scalar_product(const Vector& a, const Vector& b) { return std::inner_product(a.begin(), a.end(), b.begin(), 0.0); }

Vector cross(const Vector& a, const Vector& b) { return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]}; }

/// The nearest orthogonal matrix: Higham, "Computing the polar decomposition", 1986. Newton's iteration converges from every matrix that
/// has an inverse.
Matrix nearest_rotation(Matrix m, const std::string& file) {
  static constexpr double kSingular = 1e-9;  // of columns of length 1
  static constexpr int kMostRounds = 100;
  for (int round = 0; round < kMostRounds; ++round) {
    const double determinant = scalar_product(m[0], cross(m[1], m[2]));
    if (!(std::abs(determinant) > kSingular)) {
      throw Error("{}: two of its axes have one direction; its header is damaged, or made by a program that leaves directions out.", file);
    }
    double change = 0;
    const Matrix before = m;
    for (int i = 0; i < 3; ++i) {
      const Vector inverse = cross(before[(i + 1) % 3], before[(i + 2) % 3]);  // a column of the transposed inverse
      for (int k = 0; k < 3; ++k) {
        m[i][k] = (before[i][k] + inverse[k] / determinant) / 2;
        change = std::max(change, std::abs(m[i][k] - before[i][k]));
      }
    }
    if (change < 1e-14) break;
  }
  return m;
}

}  // namespace

Affine affine_of_quaternion(double b, double c, double d, const Vector& spacing, const Vector& origin) {
  const double a = std::sqrt(std::max(0.0, 1 - (b * b + c * c + d * d)));
  const double s = 2 / (a * a + b * b + c * c + d * d);
  const std::array<Vector, 3> rows = {{{1 - s * (c * c + d * d), s * (b * c - a * d), s * (b * d + a * c)},
                                       {s * (b * c + a * d), 1 - s * (b * b + d * d), s * (c * d - a * b)},
                                       {s * (b * d - a * c), s * (c * d + a * b), 1 - s * (b * b + c * c)}}};
  Affine affine;
  for (int k = 0; k < 3; ++k) affine[k] = {rows[k][0] * spacing[0], rows[k][1] * spacing[1], rows[k][2] * spacing[2], origin[k]};
  return affine;
}

VoxelAxes::VoxelAxes(const Affine& affine, const std::string& file) {
  Matrix directions;
  Vector spacing;
  for (int i = 0; i < 3; ++i) {
    const Vector column = {affine[0][i], affine[1][i], affine[2][i]};
    spacing[i] = std::sqrt(scalar_product(column, column));
    if (!(spacing[i] > 0) || !std::isfinite(spacing[i]))
      throw Error("{}: its voxels are {} mm apart; its header is damaged.", file, spacing[i]);
    for (int k = 0; k < 3; ++k) directions[i][k] = column[k] / spacing[i];
  }
  const Matrix rotation = nearest_rotation(directions, file);

  const auto largest = [&](int i) {
    return std::max({rotation[i][0] * rotation[i][0], rotation[i][1] * rotation[i][1], rotation[i][2] * rotation[i][2]});
  };
  std::array<int, 3> order = {0, 1, 2};  // the clearest direction is settled first
  std::stable_sort(order.begin(), order.end(), [&](int i, int j) { return largest(i) > largest(j); });
  for (const int i : order) {
    int patient = -1;
    for (int k = 0; k < 3; ++k) {
      if (axes_[k].stored < 0 && (patient < 0 || std::abs(rotation[i][k]) > std::abs(rotation[i][patient]))) patient = k;
    }
    const bool to_right_front_or_head = rotation[i][patient] > 0;
    axes_[patient] = {i, to_right_front_or_head == (patient != 2), spacing[i], directions[i]};
  }
  for (int k = 0; k < 3; ++k) origin_[k] = affine[k][3];
}

double VoxelAxes::shear() const {
  double cosine = 0;
  for (int i = 0; i < 3; ++i) cosine = std::max(cosine, std::abs(scalar_product(axes_[i].direction, axes_[(i + 1) % 3].direction)));
  return std::asin(std::min(cosine, 1.0)) * 180 / std::numbers::pi;
}

std::string VoxelAxes::difference_to(const VoxelAxes& other) const {
  static constexpr double kTolerance = 1e-2;  // of a voxel, and of direction cosines
  const double voxel = std::min({axes_[0].spacing, axes_[1].spacing, axes_[2].spacing});
  for (int i = 0; i < 3; ++i) {
    const Axis& ours = axes_[i];
    const Axis& theirs = other.axes_[i];
    if (std::abs(ours.spacing - theirs.spacing) > kTolerance * ours.spacing) return "its voxels are of another size";
    if (ours.stored != theirs.stored || ours.reversed != theirs.reversed) return "it lies in another direction";
    for (int k = 0; k < 3; ++k) {
      if (std::abs(ours.direction[k] - theirs.direction[k]) > kTolerance) return "it lies in another direction";
    }
    if (std::abs(origin_[i] - other.origin_[i]) > kTolerance * voxel) return "it begins at another place";
  }
  return "";
}

}  // namespace galen::data
