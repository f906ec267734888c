#pragma once

#include "data/formats/dicom/dicom_attributes.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// The Modality LUT Sequence (0028,3000) of a grey image: what its stored values mean, in place of slope and intercept (PS3.3, C.11.1).
struct DicomModalityLut {
  std::int64_t first = 0;                   ///< stored value of the first entry
  std::vector<std::uint16_t> entries = {};  ///< not empty

  /// Stored values outside of the table have its first or last entry.
  double operator[](std::int64_t stored) const {
    return entries[std::clamp<std::int64_t>(stored - first, 0, static_cast<std::int64_t>(entries.size()) - 1)];
  }

  static constexpr std::uint32_t kSequence = 0x00283000;
};

/// Nothing where the data set has none. `is_signed`: whether the pixels are. A damaged table throws galen::Error.
std::optional<DicomModalityLut> read_modality_lut(const DicomAttributes& set, bool is_signed, const std::string& file);

}  // namespace galen::data
