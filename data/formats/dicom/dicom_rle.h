#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace galen::data {

/// Unpacks a frame of DICOM's RLE (PS3.5, annex G): `pixels` numbers of `width` bytes for each of `samples`, one sample behind the other,
/// little-endian. Nothing where the frame is damaged or cut off.
std::optional<std::vector<std::uint8_t>> unpack_rle(std::span<const std::uint8_t> frame, std::size_t pixels, int samples, int width);

}  // namespace galen::data
