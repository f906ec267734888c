#pragma once

#include "data/formats/images/exif.h"

#include <cstdint>
#include <cstdio>

namespace galen::data {

/// What a PNG file says outside its pixels, before or behind them.
struct PngChunks {
  OrientationTags tags;
  std::uint32_t frames = 1;  ///< of an animation
};

/// Reads the chunks' heads, and the texts of the few that count. Damage ends the walk without an error, as the decoder finds it too. Leaves
/// the file at its begin.
PngChunks read_png_chunks(std::FILE* file);

}  // namespace galen::data
