#include "data/formats/dicom/codestream.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace galen::data {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t big_endian(Bytes bytes, std::size_t offset, int size) {
  std::uint32_t value = 0;
  for (int i = 0; i < size; ++i) value = value << 8 | bytes[offset + i];
  return value;
}

constexpr std::uint8_t kJpegLs = 0xF7;  // SOF55

bool is_frame_header(std::uint8_t marker) {  // SOF0 … SOF15 but for DHT, JPG and DAC
  return (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == kJpegLs;
}

bool begins_with(Bytes bytes, std::string_view text) {
  return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()).starts_with(text);
}

/// What an application marker says of the colours. False where it says what its format does not know, at which GDCM ends the program.
bool take_application(std::uint8_t marker, Bytes body, Codestream& stream) {
  if (marker == 0xE0 && begins_with(body, {"JFIF", 5})) {
    if (body.size() < 14 || body[5] != 1) return false;  // the version
    if (stream.colours == Codestream::Colours::kUntold) stream.colours = Codestream::Colours::kYcc;
  }
  if (marker == 0xEE && begins_with(body, "Adobe") && body.size() >= 12) {
    if (body[11] > 2) return false;  // the transformation
    stream.colours = body[11] == 0 ? Codestream::Colours::kRgb : Codestream::Colours::kYcc;
  }
  return true;
}

/// Whether the components of a frame header are named R, G and B, or r, g and b.
bool has_rgb_names(Bytes body) {
  if (body.size() < 15 || body[5] != 3) return false;
  const std::string names = {static_cast<char>(body[6]), static_cast<char>(body[9]), static_cast<char>(body[12])};
  return names == "RGB" || names == "rgb";
}

std::optional<Codestream> read_jpeg(Bytes bytes) {
  static constexpr std::uint8_t kScan = 0xDA;
  static constexpr std::uint8_t kEnd = 0xD9;
  Codestream stream;
  for (std::size_t position = 2; position + 4 <= bytes.size() && bytes[position] == 0xFF;) {
    if (bytes[position + 1] == 0xFF) {  // a fill byte, of which any number may stand before a marker (T.81, B.1.1.2)
      ++position;
      continue;
    }
    const std::uint8_t marker = bytes[position + 1];
    const std::size_t length = big_endian(bytes, position + 2, 2);
    if (marker == kScan) return stream.rows > 0 ? std::optional(stream) : std::nullopt;
    if (marker < 0xC0 || marker == kEnd || length < 2 || position + 2 + length > bytes.size()) return std::nullopt;
    const Bytes body = bytes.subspan(position + 4, length - 2);
    if (is_frame_header(marker)) {
      if (body.size() < 6 || stream.rows > 0) return std::nullopt;
      stream.bits = body[0];
      stream.rows = big_endian(body, 1, 2);
      stream.columns = big_endian(body, 3, 2);
      stream.components = body[5];
      stream.is_jpeg = marker != kJpegLs;
      stream.is_lossy_jpeg = marker <= 0xC2;
      if (has_rgb_names(body)) stream.colours = Codestream::Colours::kRgb;
    } else if (!take_application(marker, body, stream)) {
      return std::nullopt;
    }
    position += 2 + length;
  }
  return std::nullopt;
}

std::optional<Codestream> read_jpeg2000(Bytes bytes) {
  static constexpr std::size_t kFixed = 42;  // of SOC and SIZ before the components
  if (bytes.size() < kFixed + 3) return std::nullopt;
  const std::uint32_t components = big_endian(bytes, 40, 2);
  if (components == 0 || bytes.size() < kFixed + 3 * components) return std::nullopt;
  const std::uint32_t x_end = big_endian(bytes, 8, 4);
  const std::uint32_t y_end = big_endian(bytes, 12, 4);
  const std::uint32_t x_begin = big_endian(bytes, 16, 4);
  const std::uint32_t y_begin = big_endian(bytes, 20, 4);
  if (x_end <= x_begin || y_end <= y_begin) return std::nullopt;
  for (std::uint32_t i = 0; i < components; ++i) {
    const std::size_t at = kFixed + 3 * i;
    if (bytes[at] != bytes[kFixed] || bytes[at + 1] != 1 || bytes[at + 2] != 1) return std::nullopt;
  }
  return Codestream{
      .rows = y_end - y_begin, .columns = x_end - x_begin, .components = static_cast<int>(components), .bits = (bytes[kFixed] & 0x7F) + 1};
}

}  // namespace

std::optional<Codestream> read_codestream(Bytes bytes) {
  static constexpr std::string_view kJpeg = "\xFF\xD8";
  static constexpr std::string_view kJpeg2000 = "\xFF\x4F\xFF\x51";  // SOC, SIZ
  static constexpr std::string_view kBox = {"\0\0\0\x0C", 4};        // the signature box of JP2
  if (begins_with(bytes, kJpeg)) return read_jpeg(bytes);
  if (begins_with(bytes, kJpeg2000)) return read_jpeg2000(bytes);
  if (!begins_with(bytes, kBox)) return std::nullopt;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t inner = text.find(kJpeg2000);
  return inner == std::string_view::npos ? std::nullopt : read_jpeg2000(bytes.subspan(inner));
}

}  // namespace galen::data
