#include "data/formats/dicom/dicom_palette.h"

#include "galen/error.h"

namespace galen::data {

DicomPalette read_palette(const DicomAttributes& set, const std::string& file) {
  static constexpr std::uint32_t kDescriptor = 0x00281101;  // red; green and blue follow
  static constexpr std::uint32_t kTable = 0x00281201;
  DicomPalette palette;
  for (std::uint32_t colour = 0; colour < 3; ++colour) {
    const std::vector<std::uint16_t> descriptor = set.unsigned_shorts(kDescriptor + colour);
    if (descriptor.size() != 3) throw Error("{}: its palette is incomplete.", file);
    const std::size_t entries = descriptor[0] == 0 ? 65536 : descriptor[0];
    palette.first = static_cast<std::int16_t>(descriptor[1]);
    std::vector<std::uint8_t>& values = palette.colours[colour];
    const std::vector<std::uint16_t> words = set.unsigned_shorts(kTable + colour);
    if (words.size() >= entries) {
      const int shift = descriptor[2] > 8 ? 8 : 0;
      for (std::size_t i = 0; i < entries; ++i) values.push_back(static_cast<std::uint8_t>(words[i] >> shift));
    } else if (2 * words.size() >= entries) {  // two entries a word
      for (std::size_t i = 0; i < entries; ++i) values.push_back(static_cast<std::uint8_t>(words[i / 2] >> 8 * (i % 2)));
    } else {
      throw Error("{}: its palette has {} entries, but {} bytes; segmented palettes are not read.", file, entries, 2 * words.size());
    }
  }
  const auto& [red, green, blue] = palette.colours;
  if (red.size() != green.size() || red.size() != blue.size()) throw Error("{}: the colours of its palette are not equally many.", file);
  return palette;
}

}  // namespace galen::data
