#include "data/inspection/png_file.h"

#include "galen/atomic_file.h"
#include "galen/error.h"

#include <png.h>

namespace galen::data {

void write_png(const std::string& file, const Picture& picture, bool overwrite) {
  AtomicFile atomic(file, overwrite);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(picture.width());
  image.height = static_cast<png_uint_32>(picture.height());
  image.format = PNG_FORMAT_RGB;
  if (!png_image_write_to_file(&image, atomic.temporary_name().c_str(), /*convert_to_8_bit=*/0, picture.pixels().data(),
                               /*row_stride=*/0, /*colormap=*/nullptr)) {
    throw Error("{}: cannot be written: {}.", file, image.message);
  }
  atomic.publish();
}

}  // namespace galen::data
