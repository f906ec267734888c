#pragma once

#include "data/import/nifti_header.h"

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// A NIfTI file, its header read, turned (by whole axes, nothing is interpolated) so that every volume lies alike: along W to the patient's
/// left, along H to the back, along D to the head ("LPS", as DICOM has axial slices).
class NiftiVolume {
 public:
  /// Reads the header, with ITK. A bad file throws galen::Error.
  explicit NiftiVolume(const std::string& file);

  const std::string& file() const { return file_; }
  std::vector<std::int64_t> shape() const;  ///< [C, D, H, W]
  std::vector<double> spacing() const;      ///< mm along D, H, W
  const ValueRange& range() const { return header_.range; }

  /// Why another volume, a label map, does not lie voxel on voxel; empty where it does.
  std::string difference_to(const NiftiVolume& other) const;

  at::Tensor read() const;  ///< [C, D, H, W] f32

 private:
  struct Axis {
    int stored = 0;  ///< which of the file's dimensions
    bool reversed = false;
    double spacing = 0;
    std::array<double, 3> direction = {};  ///< to left, back, head
  };

  std::string file_;
  NiftiHeader header_;
  std::array<Axis, 3> axes_;  ///< W, H, D
  std::array<double, 3> origin_ = {};
};

}  // namespace galen::data
