#pragma once

#include "data/files/layout.h"
#include "data/hdf5/hdf5.h"
#include "data/reading/row_reader.h"

#include <memory>
#include <string>

namespace galen::data {

/// Masks of a file's images: a label 0 … 255 for each pixel.
struct StoredMasks {
  std::string where;  ///< as errors begin
  hdf5::ElementType type;
  Layout layout;  ///< of a mask, as an image of one channel: [1, H, W] or [1, D, H, W]
  std::unique_ptr<RowReader> rows;
};

/// Whether `array` holds masks rather than a few numbers a sample. `images`: of the samples beside it.
bool holds_masks(const hdf5::Array& array, const Layout& images);

/// Throws galen::Error where masks are not of the images' size, in the images' order of dimensions, or no numbers.
Layout mask_layout(const hdf5::Array& array, const Layout& images);

}  // namespace galen::data
