#pragma once

#include "data/import/value_range.h"

#include <array>
#include <cstdint>
#include <string>

namespace galen::data {

/// What the header of a NIfTI-1 file (https://nifti.nimh.nih.gov/nifti-1) says of size and type.
struct NiftiHeader {
  std::array<std::int64_t, 3> size = {};  ///< as stored: first dimension fastest
  std::int64_t channels = 1;              ///< the fourth dimension
  ValueRange range;                       ///< of its numbers, after slope and intercept
};

/// Whether a file's name ends in .nii or .nii.gz and its content begins as NIfTI does.
bool is_nifti_file(const std::string& path);

/// Reads the header and checks that the file can hold what it promises, so that a reader allocates no more. A file that is damaged, or of a
/// kind that is not read (pairs of .hdr and .img, NIfTI-2, colours, complex numbers, other than 3 or 4 dimensions), throws galen::Error.
NiftiHeader read_nifti_header(const std::string& path);

}  // namespace galen::data
