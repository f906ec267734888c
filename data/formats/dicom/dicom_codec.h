#pragma once

#include "data/formats/dicom/dicom_header.h"

#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

/// A stored frame: stored_rows() x stored_columns() x samples numbers of bits_allocated (a byte where that is 1), little-endian.
struct DicomPixels {
  std::vector<std::uint8_t> bytes = {};
  bool is_planar = false;  ///< each colour by itself
  bool is_ybr = false;     ///< full-range YCbCr (ITU-R BT.601), not RGB
};

/// `file`: what DicomFile::bytes() gives. A damaged frame throws galen::Error.
DicomPixels unpack_dicom_frame(const DicomHeader& header, std::int64_t frame, std::span<const std::uint8_t> file);

}  // namespace galen::data
