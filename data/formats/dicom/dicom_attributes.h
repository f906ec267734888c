#pragma once

#include "data/formats/dicom/dicom_layout.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// Values of a data set as the import needs them; what is missing or does not parse is none. The file's bytes and layout must live on.
class DicomAttributes {
 public:
  DicomAttributes(std::span<const std::uint8_t> file, const DicomLayout& layout)
      : file_(file), set_(&layout.set), is_big_endian_(layout.is_big_endian) {}

  bool has(std::uint32_t tag) const { return set_->values.count(tag) > 0; }
  std::string text(std::uint32_t tag) const;                            ///< without padding
  std::vector<double> numbers(std::uint32_t tag) const;                 ///< of DS or IS: "1.5\\2"
  std::vector<std::uint16_t> unsigned_shorts(std::uint32_t tag) const;  ///< of US, or any data in words of 16 bits
  std::vector<std::uint32_t> unsigned_longs(std::uint32_t tag) const;   ///< of UL
  std::vector<double> doubles(std::uint32_t tag) const;                 ///< of FD
  std::span<const std::uint8_t> bytes(std::uint32_t tag) const;

  /// A term that DICOM defines for the attribute, see is_dicom_term(). Other text, which could be anything, is none.
  std::string term(std::uint32_t tag) const;

  /// Item number `i` of a sequence.
  std::optional<DicomAttributes> item(std::uint32_t sequence, std::size_t i) const;

 private:
  template <typename Number, typename Bits>
  std::vector<Number> binary(std::uint32_t tag) const;

  std::span<const std::uint8_t> file_;
  const DicomSet* set_;
  bool is_big_endian_;
};

}  // namespace galen::data
