#pragma once

#include "data/import/import.h"
#include "data/import/source.h"

#include <string>

namespace galen::data {

/// Whether `path` is a folder with a PNG, JPEG, TIFF or BMP image somewhere below.
bool is_image_folder(const std::string& path);

/// A folder of images as options.images has it, each a sample. Opening reads every file's header: images of several sizes or kinds throw
/// galen::Error with the option that makes them one, damaged ones are skipped.
Source open_image_folder(const ImportOptions& options);

}  // namespace galen::data
