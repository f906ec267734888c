#pragma once

#include "data/import/dicom_header.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace galen::data {

/// Frame number `frame` of an image as values of its modality, [C, rows, columns] f32: unpacked by GDCM where compressed, MONOCHROME1
/// turned round so that bright is high, palettes and YBR made RGB (0 … 255), slope and intercept, or the Modality LUT in their place,
/// applied. `bytes`: the whole file. A frame that cannot be unpacked throws galen::Error.
at::Tensor read_dicom_frame(const DicomHeader& header, std::int64_t frame, std::span<const std::uint8_t> bytes);

}  // namespace galen::data
