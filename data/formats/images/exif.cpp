#include "data/formats/images/exif.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace galen::data {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHead = "Exif\0\0"sv;
constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kByte = 1, kShort = 3, kLong = 4;

/// Whole numbers of a TIFF structure, in its byte order. What lies behind its end is 0.
class Numbers {
 public:
  explicit Numbers(std::span<const std::uint8_t> bytes) : bytes_(bytes), big_endian_(!bytes.empty() && bytes[0] == 'M') {}

  std::uint32_t read(std::size_t offset, std::size_t size) const {
    if (offset > bytes_.size() || bytes_.size() - offset < size) return 0;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) number = number << 8 | bytes_[offset + (big_endian_ ? i : size - 1 - i)];
    return number;
  }

 private:
  std::span<const std::uint8_t> bytes_;
  bool big_endian_;
};

std::optional<std::uint32_t> orientation_in(const Numbers& numbers) {
  const std::size_t directory = numbers.read(4, 4);
  const std::uint32_t entries = numbers.read(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (numbers.read(entry, 2) != kOrientationTag) continue;
    const std::uint32_t type = numbers.read(entry + 2, 2);
    if (type == kByte || type == kShort || type == kLong) return numbers.read(entry + 8, type == kByte ? 1 : type == kShort ? 2 : 4);
  }
  return std::nullopt;
}

}  // namespace

void OrientationTags::add_exif(std::span<const std::uint8_t> tiff) {
  if (exif_) return;
  if (tiff.size() >= kHead.size() && std::equal(kHead.begin(), kHead.end(), tiff.begin())) tiff = tiff.subspan(kHead.size());
  exif_ = orientation_in(Numbers(tiff));
}

void OrientationTags::add_xmp(std::string_view packet) {
  static constexpr std::string_view kName = "tiff:Orientation";
  for (std::size_t at = packet.find(kName); !xmp_ && at != std::string_view::npos; at = packet.find(kName, at + 1)) {
    std::string_view value = packet.substr(at + kName.size());
    if (value.starts_with("=\"")) {
      value.remove_prefix(2);
    } else if (value.starts_with(">")) {
      value.remove_prefix(1);
    } else {
      continue;
    }
    if (!value.empty() && value[0] >= '0' && value[0] <= '9') xmp_ = static_cast<std::uint32_t>(value[0] - '0');
  }
}

ExifOrientation OrientationTags::orientation() const {
  const std::uint32_t number = exif_ ? *exif_ : xmp_.value_or(1);
  return number >= 1 && number <= 8 ? static_cast<ExifOrientation>(number) : 1;
}

at::Tensor upright(const at::Tensor& pixels, ExifOrientation orientation) {
  if (orientation == 1) return pixels;
  const std::int64_t rows = pixels.dim() - 2, columns = pixels.dim() - 1;
  std::vector<std::int64_t> reversed;
  if (orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8) reversed.push_back(rows);
  if (orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7) reversed.push_back(columns);
  return (swaps_axes(orientation) ? pixels.transpose(rows, columns) : pixels).flip(reversed).contiguous();
}

}  // namespace galen::data
