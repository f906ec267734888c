#pragma once

#include "data/formats/dicom/dicom_attributes.h"

#include <array>
#include <cstdint>
#include <string>

namespace galen::data {

/// How a Siemens mosaic holds a volume: its slices stand side by side in one image, row by row, in a square grid of tiles.
struct SiemensMosaic {
  std::int64_t slices = 0;
  std::int64_t across = 0;               ///< tiles in a row and in a column
  std::array<double, 3> direction = {};  ///< of length 1: from one slice to the next
};

/// Whether the image says that it is one (Image Type).
bool is_siemens_mosaic(const DicomAttributes& set);

/// Reads what Siemens' own elements say of it: the number of slices, and their direction (CSA header). Throws galen::Error, which says what
/// to do, where they are missing, as after de-identification.
SiemensMosaic read_siemens_mosaic(const DicomAttributes& set, const std::string& file);

}  // namespace galen::data
