#pragma once

#include "data/formats/dicom/dicom_header.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace galen::data {

/// Stored frame number `frame` of an image as values of its modality, [C, stored_rows(), stored_columns()] f32: unpacked by GDCM where
/// compressed, MONOCHROME1 turned round so that bright is high, palettes and YBR made RGB, slope and intercept, or the Modality LUT in
/// their place, applied. `bytes`: what DicomFile::bytes() gives. A frame that cannot be unpacked throws galen::Error.
at::Tensor read_stored_frame(const DicomHeader& header, std::int64_t frame, std::span<const std::uint8_t> bytes);

/// Frame `frame` of a mosaic out of its stored frame; of other images the stored frame itself.
at::Tensor tile_of(const DicomHeader& header, std::int64_t frame, const at::Tensor& stored);

}  // namespace galen::data
