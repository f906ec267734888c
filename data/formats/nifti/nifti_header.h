#pragma once

#include "data/formats/medical/value_range.h"
#include "data/formats/nifti/voxel_axes.h"

#include <array>
#include <cstdint>
#include <string>

namespace galen::data {

/// What the header of a NIfTI-1 or NIfTI-2 file (https://nifti.nimh.nih.gov) says of its voxels.
struct NiftiHeader {
  std::string voxels;                     ///< the file they lie in: the same, or the .img of a .hdr
  std::int64_t offset = 0;                ///< of the first voxel, in bytes, unpacked
  bool swapped = false;                   ///< numbers are of the other byte order
  int type = 0;                           ///< NIfTI's code of the data type
  int bytes = 1;                          ///< of one component of a voxel
  std::int64_t components = 1;            ///< of a voxel: 3 or 4 of a colour
  std::array<std::int64_t, 3> size = {};  ///< as stored: first dimension fastest
  std::int64_t volumes = 1;               ///< one behind the other: the fourth or a later dimension
  double slope = 0;                       ///< 0: values are as stored; else value = stored * slope + intercept
  double intercept = 0;
  Affine affine = {};  ///< in mm; the sform, else the qform, else the voxel sizes, as nibabel has it
  ValueRange range;    ///< of the values
};

template <typename Archive>
void fields(Archive& archive, NiftiHeader& header) {
  archive(header.voxels, header.offset, header.swapped, header.type, header.bytes, header.components, header.size, header.volumes,
          header.slope, header.intercept, header.affine, header.range);
}

/// Whether a file's content begins as NIfTI (or Analyze 7.5) does and its name is one of theirs: .nii, .hdr, either packed by gzip or not,
/// whatever the name says of that. `any_name`: by the content alone, where that is certain.
bool is_nifti_file(const std::string& path, bool any_name = false);

/// Reads the header and checks that the file can hold what it promises, so that a reader allocates no more. A file that is damaged, or of a
/// kind that is not read (Analyze 7.5, CIFTI-2, complex numbers, fewer than three dimensions), throws galen::Error.
NiftiHeader read_nifti_header(const std::string& path);

/// The file of voxels (.img, .img.gz) that belongs to a .hdr, and the other way round; empty where there is none.
std::string nifti_partner(const std::string& path);

}  // namespace galen::data
