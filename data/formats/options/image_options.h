#pragma once

#include <string>

namespace galen::data {

/// How images become samples, all of one form.
struct ImageOptions {
  std::string table = {};        ///< CSV file with a row an image. Empty: classes by folder.
  std::string file_column = {};  ///< Its column of files. Empty: the one named file, image, path or the like.
  bool grey = false;             ///< Colours become one channel (ITU-R BT.601 luma).
  bool rgb = false;              ///< Grey becomes three channels.

  bool operator==(const ImageOptions&) const = default;
};

}  // namespace galen::data
