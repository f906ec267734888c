#include "data/formats/dicom/siemens_mosaic.h"

#include "galen/error.h"

#include "data/formats/number_style.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace galen::data {
namespace {

constexpr std::int64_t kMostSlices = 1024;

using Bytes = std::span<const std::uint8_t>;

/// The value of element `last` in the block of a group that `creator` has reserved (PS3.5, 7.8.1).
Bytes private_value(const DicomAttributes& set, std::uint32_t group, std::string_view creator, std::uint32_t last) {
  for (std::uint32_t block = 0x10; block <= 0xFF; ++block) {
    if (set.text(group << 16 | block) == creator) return set.bytes(group << 16 | block << 8 | last);
  }
  return {};
}

std::uint32_t mosaic_number(Bytes bytes, std::size_t at) {
  return bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16 | std::uint32_t{bytes[at + 3]} << 24;
}

/// The numbers that a field of a CSA header has. The form is Siemens' own, "SV10": named fields with items of text, each 16 bytes of
/// lengths and then text in multiples of 4 bytes (as nibabel and dcm2niix read it).
std::vector<double> csa_numbers(Bytes csa, std::string_view wanted) {
  static constexpr std::size_t kHead = 16;
  static constexpr std::size_t kField = 84;
  static constexpr std::size_t kItem = 16;
  const auto text = [&](std::size_t at, std::size_t length) {
    const std::string_view all(reinterpret_cast<const char*>(csa.data()) + at, length);
    return all.substr(0, all.find('\0'));
  };
  if (csa.size() < kHead || text(0, 4) != "SV10") return {};
  std::size_t position = kHead;
  for (std::uint32_t field = mosaic_number(csa, 8); field > 0 && position + kField <= csa.size(); --field) {
    const bool is_wanted = text(position, 64) == wanted;
    std::uint32_t items = mosaic_number(csa, position + 76);
    position += kField;
    std::vector<double> numbers;
    for (; items > 0 && position + kItem <= csa.size(); --items) {
      const std::size_t length = mosaic_number(csa, position + 4);
      position += kItem;
      if (length > csa.size() - position) return {};
      std::string word(text(position, length));
      std::erase(word, ' ');
      if (const auto value = parse_number(word); value && is_wanted) numbers.push_back(*value);
      position += (length + 3) / 4 * 4;
      if (position > csa.size()) return {};
    }
    if (is_wanted) return numbers;
  }
  return {};
}

std::optional<double> number_of_slices(const DicomAttributes& set, Bytes csa) {
  if (const Bytes told = private_value(set, 0x0019, "SIEMENS MR HEADER", 0x0A); told.size() == 2) return told[0] | told[1] << 8;
  const std::vector<double> numbers = csa_numbers(csa, "NumberOfImagesInMosaic");
  return numbers.empty() ? std::nullopt : std::optional(numbers[0]);
}

}  // namespace

bool is_siemens_mosaic(const DicomAttributes& set) {
  const std::string type = set.text(0x00080008);
  for (std::size_t begin = 0; begin <= type.size();) {
    const std::size_t end = std::min(type.find('\\', begin), type.size());
    if (std::string_view(type).substr(begin, end - begin) == "MOSAIC") return true;
    begin = end + 1;
  }
  return false;
}

SiemensMosaic read_siemens_mosaic(const DicomAttributes& set, const std::string& file) {
  const Bytes csa = private_value(set, 0x0029, "SIEMENS CSA HEADER", 0x10);
  const std::optional<double> slices = number_of_slices(set, csa);
  const std::vector<double> direction = csa_numbers(csa, "SliceNormalVector");
  double length = 0;
  for (const double part : direction) length += part * part;
  if (!slices || *slices < 1 || *slices > kMostSlices || direction.size() != 3 || std::abs(length - 1) > 0.01) {
    throw Error(
        "{}: is a Siemens mosaic, whose slices stand side by side in one image, but Siemens' own elements that give their number and "
        "order are missing (0019,100A; 0029,1010); make a NIfTI volume of the original with dcm2niix and import that.",
        file);
  }
  SiemensMosaic mosaic{.slices = static_cast<std::int64_t>(*slices), .across = 1};
  while (mosaic.across * mosaic.across < mosaic.slices) ++mosaic.across;
  for (std::size_t i = 0; i < 3; ++i) mosaic.direction[i] = direction[i] / std::sqrt(length);
  return mosaic;
}

}  // namespace galen::data
