#pragma once

#include "data/import/images/image_file.h"
#include "data/import/images/image_options.h"

namespace galen::data {

/// The form that images have once converted.
ImageForm converted(ImageForm form, const ImageOptions& options);

/// Pixels of a form → of converted(form), contiguous. Resizing is bilinear, over all source pixels that a new one covers where the image
/// shrinks (as Pillow's BILINEAR).
at::Tensor convert(const at::Tensor& pixels, const ImageOptions& options);

}  // namespace galen::data
