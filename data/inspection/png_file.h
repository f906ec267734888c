#pragma once

#include "data/inspection/picture.h"

#include <string>

namespace galen::data {

/// Writes a picture as a PNG file. One that is there is refused (galen::UsageError) unless `overwrite`.
void write_png(const std::string& file, const Picture& picture, bool overwrite);

}  // namespace galen::data
