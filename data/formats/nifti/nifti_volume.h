#pragma once

#include "data/formats/nifti/nifti_header.h"
#include "data/formats/nifti/voxel_axes.h"
#include "data/formats/number_faults.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// A NIfTI file, its header read, turned (by whole axes, nothing is interpolated) so that every volume lies alike: along W to the patient's
/// left, along H to the back, along D to the head ("LPS", as DICOM has axial slices).
class NiftiVolume {
 public:
  /// Reads the header. A bad file throws galen::Error.
  explicit NiftiVolume(const std::string& file);

  /// Of a header that was read before.
  NiftiVolume(const std::string& file, const NiftiHeader& header);

  const NiftiHeader& header() const { return header_; }
  const std::string& file() const { return file_; }
  std::int64_t volumes() const { return header_.volumes; }        ///< one behind the other: channels, phases, time
  std::int64_t components() const { return header_.components; }  ///< of a voxel: colours
  std::vector<std::int64_t> size() const;                         ///< [D, H, W]
  std::vector<double> spacing() const;                            ///< mm along D, H, W
  const ValueRange& range() const { return header_.range; }
  double shear() const { return axes_.shear(); }

  /// Why another volume, a label map or another channel, does not lie voxel on voxel; empty where it does.
  std::string difference_to(const NiftiVolume& other) const;

  /// `count` volumes from number `first` on: [count * components(), D, H, W] f32.
  at::Tensor read(std::int64_t first, std::int64_t count, NumberFaults& faults) const;

 private:
  std::string file_;
  NiftiHeader header_;
  VoxelAxes axes_;
};

}  // namespace galen::data
