#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// Where something lies in a file.
struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};

/// A data set, or an item of a sequence in one. Tags are group << 16 | element.
struct DicomSet {
  std::map<std::uint32_t, ByteRange> values;
  std::map<std::uint32_t, std::vector<DicomSet>> sequences;  ///< those that an import needs
};

/// What holds the pixels: (7FE0,0010), (7FE0,0008) or (7FE0,0009).
enum class PixelElement { kNone, kPixelData, kFloatPixelData, kDoubleFloatPixelData };

/// How a DICOM file is put together (PS3.5, PS3.10).
struct DicomLayout {
  std::string transfer_syntax;  ///< UID
  bool is_big_endian = false;
  DicomSet set;  ///< up to the pixels
  PixelElement pixel_element = PixelElement::kNone;
  bool pixels_are_words = false;  ///< value representation OW: in big-endian files bytes of 8-bit samples are swapped, too
  bool is_encapsulated = false;
  ByteRange pixels;                  ///< native
  std::vector<ByteRange> fragments;  ///< of encapsulated Pixel Data, without the offset table
  ByteRange offset_table;            ///< basic offset table of encapsulated Pixel Data; may be empty
  ByteRange extended_offset_table;   ///< (7FE0,0001); may be missing
};

template <typename Archive>
void fields(Archive& archive, ByteRange& range) {
  archive(range.offset, range.length);
}
template <typename Archive>
void fields(Archive& archive, DicomSet& set) {
  archive(set.values, set.sequences);
}
template <typename Archive>
void fields(Archive& archive, DicomLayout& layout) {
  archive(layout.transfer_syntax, layout.is_big_endian, layout.set, layout.pixel_element, layout.pixels_are_words, layout.is_encapsulated,
          layout.pixels, layout.fragments, layout.offset_table, layout.extended_offset_table);
}

/// Group 0002 of a file, which comes before the data set.
struct DicomMeta {
  std::string transfer_syntax;  ///< UID; empty where it is not stated
  std::uint64_t end = 0;        ///< offset of the data set
};

/// Whether bytes begin as a DICOM file does: with the preamble, or, as older files, with an element of group 0002 or 0008.
bool looks_like_dicom(std::span<const std::uint8_t> bytes);

DicomMeta dicom_meta(std::span<const std::uint8_t> bytes, const std::string& file);

/// Finds every element up to the pixels. Each length must stay within what encloses it, and sequences may not be nested beyond reason: so
/// all that a file says can be taken from its bytes, and no more is allocated than it holds. `bytes` are inflated where the file is
/// deflated. A file that is cut off or damaged, or a transfer syntax that Galen does not read, throws galen::Error. (GDCM's own reader
/// ends the program at some damaged headers.)
DicomLayout dicom_layout(std::span<const std::uint8_t> bytes, const std::string& file);

}  // namespace galen::data
