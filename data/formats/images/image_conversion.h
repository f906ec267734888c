#pragma once

#include "data/formats/images/image_file.h"
#include "data/formats/options/image_options.h"

#include <cstdint>
#include <vector>

namespace galen::data {

/// The form that images have once converted. `size`: {height, width} that each is resized to; empty: as they are.
ImageForm converted(ImageForm form, const ImageOptions& options, const std::vector<std::int64_t>& size);

/// Pixels of a form → of converted(form), contiguous. Resizing is bilinear, over all source pixels that a new one covers where the image
/// shrinks (as Pillow's BILINEAR).
at::Tensor convert(const at::Tensor& pixels, const ImageOptions& options, const std::vector<std::int64_t>& size);

}  // namespace galen::data
