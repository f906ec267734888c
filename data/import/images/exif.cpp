#include "data/import/images/exif.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

namespace galen::data {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kHead = "Exif\0\0"sv;
constexpr std::size_t kEntryBytes = 12;
constexpr std::uint32_t kOrientationTag = 0x0112;

/// The TIFF structure that a segment holds behind its head: whole numbers in its byte order. What lies behind its end is 0.
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

}  // namespace

ExifOrientation exif_orientation(std::span<const std::uint8_t> segment) {
  if (segment.size() < kHead.size() || !std::equal(kHead.begin(), kHead.end(), segment.begin())) return 1;
  const Numbers numbers(segment.subspan(kHead.size()));
  const std::size_t directory = numbers.read(4, 4);
  const std::uint32_t entries = numbers.read(directory, 2);
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::size_t entry = directory + 2 + i * kEntryBytes;
    if (numbers.read(entry, 2) != kOrientationTag) continue;
    const std::uint32_t orientation = numbers.read(entry + 8, 2);
    return orientation >= 1 && orientation <= 8 ? static_cast<ExifOrientation>(orientation) : 1;
  }
  return 1;
}

at::Tensor upright(const at::Tensor& pixels, ExifOrientation orientation) {
  if (orientation == 1) return pixels;
  std::vector<std::int64_t> reversed;
  if (orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8) reversed.push_back(1);
  if (orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7) reversed.push_back(2);
  return (swaps_axes(orientation) ? pixels.transpose(1, 2) : pixels).flip(reversed).contiguous();
}

}  // namespace galen::data
