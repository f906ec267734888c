#pragma once

#include <array>
#include <string>

namespace galen::data {

/// From voxel numbers to mm to the patient's right, front and head: rows of a matrix, their last number is the place of voxel 0, 0, 0.
using Affine = std::array<std::array<double, 4>, 3>;

/// The rotation of a quaternion (a, b, c, d), its columns scaled by `spacing`, at the place `origin`.
Affine affine_of_quaternion(double b, double c, double d, const std::array<double, 3>& spacing, const std::array<double, 3>& origin);

/// How a volume is turned, by whole axes, so that it lies along W to the patient's left, along H to the back, along D to the head.
class VoxelAxes {
 public:
  /// Each stored axis becomes the patient's axis that it is nearest to, as nibabel.io_orientation() has it. An affine without three
  /// directions throws galen::Error; `file` is for its message.
  VoxelAxes(const Affine& affine, const std::string& file);

  /// Of axis W, H, D (0, 1, 2).
  int stored(int axis) const { return axes_[axis].stored; }       ///< which of the file's dimensions
  bool reversed(int axis) const { return axes_[axis].reversed; }  ///< whether it runs the other way
  double spacing(int axis) const { return axes_[axis].spacing; }  ///< mm between voxels

  /// The largest deviation of two axes from a right angle, in degrees.
  double shear() const;

  /// Why another volume of the same size does not lie voxel on voxel; empty where it does.
  std::string difference_to(const VoxelAxes& other) const;

 private:
  struct Axis {
    int stored = -1;
    bool reversed = false;
    double spacing = 0;
    std::array<double, 3> direction = {};
  };

  std::array<Axis, 3> axes_;
  std::array<double, 3> origin_ = {};
};

}  // namespace galen::data
