#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace galen::data {

/// What a compressed image says of itself.
struct Codestream {
  enum class Colours { kUntold, kRgb, kYcc };

  std::int64_t rows = 0;
  std::int64_t columns = 0;
  int components = 0;
  int bits = 0;                        ///< of a component
  bool is_jpeg = false;                ///< neither JPEG-LS nor JPEG 2000
  bool is_lossy_jpeg = false;          ///< baseline, extended or progressive
  Colours colours = Colours::kUntold;  ///< as the JFIF and Adobe markers of JPEG tell
};

/// Reads the headers of JPEG or JPEG-LS (ITU-T T.81, T.87) up to the first scan, or the image header of JPEG 2000 (T.800: SIZ, also within
/// JP2 boxes). Nothing where they are damaged, or where components of JPEG 2000 differ in size or depth.
std::optional<Codestream> read_codestream(std::span<const std::uint8_t> bytes);

}  // namespace galen::data
