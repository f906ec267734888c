#include "data/formats/images/png_chunks.h"

#include <array>
#include <string>
#include <string_view>

namespace galen::data {
namespace {

constexpr long kSignatureBytes = 8;
constexpr std::uint32_t kMostBytes = 1 << 20;  // of a chunk that is read
constexpr std::string_view kXmpKeyword = "XML:com.adobe.xmp";

std::uint32_t big_endian(const std::uint8_t* bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24 | static_cast<std::uint32_t>(bytes[1]) << 16 |
         static_cast<std::uint32_t>(bytes[2]) << 8 | bytes[3];
}

}  // namespace

PngChunks read_png_chunks(std::FILE* file) {
  PngChunks chunks;
  std::array<std::uint8_t, 8> head;
  std::string content;
  bool readable = std::fseek(file, kSignatureBytes, SEEK_SET) == 0;
  while (readable && std::fread(head.data(), 1, head.size(), file) == head.size()) {
    const std::uint32_t length = big_endian(head.data());
    const std::string_view name(reinterpret_cast<const char*>(&head[4]), 4);
    const bool counts = name == "eXIf" || name == "iTXt" || name == "acTL";
    std::uint32_t left = length;
    if (counts && length <= kMostBytes) {
      content.resize(length);
      if (std::fread(content.data(), 1, length, file) != length) break;
      left = 0;
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(content.data());
      if (name == "eXIf") chunks.tags.add_exif({bytes, length});
      if (name == "iTXt" && content.starts_with(kXmpKeyword)) chunks.tags.add_xmp(content);
      if (name == "acTL" && length >= 4) chunks.frames = big_endian(bytes);
    }
    if (name == "IEND") break;
    readable = std::fseek(file, static_cast<long>(left) + 4, SEEK_CUR) == 0;  // and the checksum
  }
  std::rewind(file);
  return chunks;
}

}  // namespace galen::data
