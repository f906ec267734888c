#pragma once

#include "data/formats/images/image_file.h"

#include <tiffio.h>

#include <cstdint>
#include <string>

namespace galen::data {

/// What the tags of one page of a TIFF file say.
struct TiffPage {
  explicit TiffPage(TIFF* tiff);

  std::uint32_t width = 0, height = 0;
  std::uint16_t bits = 1, samples = 1, photometric = 0xffff, format = SAMPLEFORMAT_UINT, planar = PLANARCONFIG_CONTIG;
  std::uint16_t extra = EXTRASAMPLE_UNSPECIFIED;  ///< what the sample behind the colours is
  ExifOrientation orientation = 1;

  bool is_grey() const { return photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_MINISWHITE; }
  bool is_unsigned() const { return format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID; }
  bool is_inverted() const { return photometric == PHOTOMETRIC_MINISWHITE && is_unsigned(); }

  /// Samples that are colours, or one of grey or of a palette's numbers.
  std::int64_t channels(Palette palette) const;

  /// Whether the numbers are taken as they are stored; others (palettes' colours, YCbCr) come from libtiff as 8 bits of red, green, blue.
  bool is_plain(Palette palette) const;

  /// Whether colours are stored multiplied by their opacity.
  bool is_multiplied(Palette palette) const { return is_plain(palette) && samples > channels(palette) && extra == EXTRASAMPLE_ASSOCALPHA; }

  /// The page as it is stored. One that cannot be shown right throws galen::Error, which begins with `path`. `tiff` is at this page.
  ImageForm form(TIFF* tiff, const std::string& path, Palette palette) const;
};

}  // namespace galen::data
