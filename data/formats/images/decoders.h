#pragma once

#include "data/formats/images/image_file.h"

#include <cstdio>
#include <memory>
#include <string>

namespace galen::data {

/// A file for the C libraries that read images.
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using FilePointer = std::unique_ptr<std::FILE, CloseFile>;

FilePointer open_to_read(const std::string& path);

// Of a file that is open at its beginning. A JPEG image has no palette.
std::unique_ptr<ImageFile> open_png(const std::string& path, FilePointer file, Palette palette);
std::unique_ptr<ImageFile> open_jpeg(const std::string& path, FilePointer file, Palette palette);
std::unique_ptr<ImageFile> open_tiff(const std::string& path, FilePointer file, Palette palette);
std::unique_ptr<ImageFile> open_bmp(const std::string& path, FilePointer file, Palette palette);

}  // namespace galen::data
