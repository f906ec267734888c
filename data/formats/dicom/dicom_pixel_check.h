#pragma once

#include "data/formats/dicom/dicom_header.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace galen::data {

/// Throws galen::Error where the pixels are of a form that is not read, or the file (`bytes`) does not hold what its header promises for
/// `frames` stored frames. Sets has_more_pixels; where JPEG 2000 or JPEG-LS tells another number of bits than the header, the header
/// gets the true one.
void check_dicom_pixels(DicomHeader& header, std::size_t frames, std::span<const std::uint8_t> bytes);

}  // namespace galen::data
