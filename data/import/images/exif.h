#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace galen::data {

/// How an image lies in its file: 1 … 8 as Exif numbers them (CIPA DC-008, tag 0x0112). 1: as it is to be seen.
using ExifOrientation = int;

/// What an APP1 segment of a JPEG file says of it; 1 where it says nothing, or is damaged.
ExifOrientation exif_orientation(std::span<const std::uint8_t> segment);

/// Whether height and width are to be seen the other way round.
inline bool swaps_axes(ExifOrientation orientation) { return orientation >= 5; }

/// `pixels` [C, H, W] as they are to be seen, contiguous.
at::Tensor upright(const at::Tensor& pixels, ExifOrientation orientation);

}  // namespace galen::data
