#pragma once

#include "data/formats/dicom/dicom_attributes.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Lookup table of PALETTE COLOR.
struct DicomPalette {
  std::int64_t first = 0;                                 ///< stored value that the tables begin with
  std::array<std::vector<std::uint8_t>, 3> colours = {};  ///< red, green, blue; equally long, not empty
};

template <typename Archive>
void fields(Archive& archive, DicomPalette& palette) {
  archive(palette.first, palette.colours);
}

/// A palette that is incomplete or damaged throws galen::Error.
DicomPalette read_palette(const DicomAttributes& set, const std::string& file);

}  // namespace galen::data
