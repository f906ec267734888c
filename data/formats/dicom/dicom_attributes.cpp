#include "data/formats/dicom/dicom_attributes.h"

#include "data/formats/dicom/dicom_terms.h"
#include "data/formats/number_style.h"

#include <algorithm>
#include <bit>

namespace galen::data {

std::span<const std::uint8_t> DicomAttributes::bytes(std::uint32_t tag) const {
  const auto found = set_->values.find(tag);
  return found == set_->values.end() ? std::span<const std::uint8_t>() : file_.subspan(found->second.offset, found->second.length);
}

template <typename Number, typename Bits>
std::vector<Number> DicomAttributes::binary(std::uint32_t tag) const {
  const std::span<const std::uint8_t> value = bytes(tag);
  std::vector<Number> numbers;
  for (std::size_t i = 0; i + sizeof(Bits) <= value.size(); i += sizeof(Bits)) {
    Bits bits = 0;
    for (std::size_t byte = 0; byte < sizeof(Bits); ++byte) {
      bits = static_cast<Bits>(bits | Bits{value[i + byte]} << 8 * (is_big_endian_ ? sizeof(Bits) - 1 - byte : byte));
    }
    numbers.push_back(std::bit_cast<Number>(bits));
  }
  return numbers;
}

std::vector<std::uint16_t> DicomAttributes::unsigned_shorts(std::uint32_t tag) const { return binary<std::uint16_t, std::uint16_t>(tag); }

std::vector<std::uint32_t> DicomAttributes::unsigned_longs(std::uint32_t tag) const { return binary<std::uint32_t, std::uint32_t>(tag); }

std::vector<double> DicomAttributes::doubles(std::uint32_t tag) const { return binary<double, std::uint64_t>(tag); }

std::optional<DicomAttributes> DicomAttributes::item(std::uint32_t sequence, std::size_t i) const {
  const auto found = set_->sequences.find(sequence);
  if (found == set_->sequences.end() || i >= found->second.size()) return std::nullopt;
  DicomAttributes inner = *this;
  inner.set_ = &found->second[i];
  return inner;
}

std::string DicomAttributes::text(std::uint32_t tag) const {
  const std::span<const std::uint8_t> value = bytes(tag);
  std::string text(value.begin(), value.end());
  text.resize(std::min(text.find('\0'), text.size()));
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<double> DicomAttributes::numbers(std::uint32_t tag) const {
  const std::string list = text(tag);
  std::vector<double> numbers;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find('\\', begin), list.size());
    std::string word = list.substr(begin, end - begin);
    std::erase(word, ' ');
    const auto number = parse_number(word);
    if (!number) return {};
    numbers.push_back(*number);
    begin = end + 1;
  }
  return numbers;
}

std::string DicomAttributes::term(std::uint32_t tag) const {
  const std::string value = text(tag);
  return is_dicom_term(tag, value) ? value : "";
}

}  // namespace galen::data
