#pragma once

#include "tests/support/temporary_folder.h"

#include <filesystem>
#include <string>

namespace galen::test {

/// A grey Windows bitmap of size x size pixels, each a pure function of its place and `number`.
inline std::string bitmap(int number, int size) {
  const auto word = [](unsigned value) {
    return std::string{static_cast<char>(value), static_cast<char>(value >> 8), static_cast<char>(value >> 16),
                       static_cast<char>(value >> 24)};
  };
  const int row = (size + 3) / 4 * 4;
  const unsigned start = 54 + 1024;
  std::string bytes = "BM" + word(start + static_cast<unsigned>(row * size)) + word(0) + word(start);
  bytes += word(40) + word(static_cast<unsigned>(size)) + word(static_cast<unsigned>(size)) + word(1 | 8 << 16);
  for (int i = 0; i < 6; ++i) bytes += word(0);
  for (unsigned i = 0; i < 256; ++i) bytes += word(i | i << 8 | i << 16);
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < row; ++x) bytes += static_cast<char>(7 * number + 13 * x + 29 * y + number * x * y);
  }
  return bytes;
}

/// FOLDER/name/{ill,well}/0000.bmp …: `count` bitmaps.
inline std::string write_bitmaps(const TemporaryFolder& folder, const std::string& name, int count, int size) {
  for (const char* label : {"ill", "well"}) std::filesystem::create_directories(folder / name / label);
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    const std::string file = std::string(4 - number.size(), '0') + number + ".bmp";
    folder.write(name + (i % 2 == 0 ? "/ill/" : "/well/") + file, bitmap(i, size));
  }
  return folder / name;
}

}  // namespace galen::test
