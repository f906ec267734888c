#include "data/formats/dicom/dicom_modality_lut.h"

#include "galen/error.h"

namespace galen::data {
namespace {

constexpr std::uint32_t kDescriptor = 0x00283002;  // entries, first stored value, bits of an entry
constexpr std::uint32_t kData = 0x00283006;

}  // namespace

std::optional<DicomModalityLut> read_modality_lut(const DicomAttributes& set, bool is_signed, const std::string& file) {
  const auto item = set.item(DicomModalityLut::kSequence, 0);
  if (!item && set.bytes(DicomModalityLut::kSequence).empty()) return std::nullopt;
  const std::vector<std::uint16_t> descriptor = item ? item->unsigned_shorts(kDescriptor) : std::vector<std::uint16_t>();
  if (descriptor.size() != 3) throw Error("{}: its Modality LUT is no sequence or lacks its descriptor; it is damaged.", file);
  const std::size_t count = descriptor[0] == 0 ? 65536 : descriptor[0];
  const int bits = descriptor[2];
  if (bits < 1 || bits > 16) throw Error("{}: the entries of its Modality LUT have {} bits, not 8 or 16; it is damaged.", file, bits);

  DicomModalityLut lut{.first = is_signed ? static_cast<std::int16_t>(descriptor[1]) : std::int64_t{descriptor[1]}};
  std::vector<std::uint16_t> words = item->unsigned_shorts(kData);
  if (bits <= 8 && words.size() == (count + 1) / 2) {  // two entries a word
    for (std::size_t i = 0; i < count; ++i) lut.entries.push_back(words[i / 2] >> 8 * (i % 2) & 0xFF);
  } else if (words.size() == count) {
    lut.entries = std::move(words);
  } else {
    throw Error("{}: its Modality LUT has {} entries of {} bits, but {} bytes; it is damaged.", file, count, bits, 2 * words.size());
  }
  return lut;
}

}  // namespace galen::data
