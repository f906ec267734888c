#pragma once

#include "data/formats/discovery.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

#include <string>

namespace galen::data {

/// Whether the source is a PNG, JPEG, TIFF or BMP image, or a folder with one somewhere below.
bool is_image_source(const Discovery& found);

/// A picture, or a folder of them as options.images has it, each a sample. Opening reads every file's header: images of several sizes or
/// kinds throw galen::Error with the option that makes them one, damaged ones are skipped. Collective.
Source open_images(const ImportOptions& options, const Discovery& found);

}  // namespace galen::data
