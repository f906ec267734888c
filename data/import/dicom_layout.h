#pragma once

#include "data/reading/mapped_file.h"

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
  std::map<std::uint32_t, std::vector<DicomSet>> sequences;
};

/// How a DICOM file is put together (PS3.5, PS3.10).
struct DicomLayout {
  std::string transfer_syntax;  ///< UID
  bool is_big_endian = false;
  DicomSet set;             ///< up to the pixels
  bool has_pixels = false;  ///< Pixel Data (7FE0,0010) is there
  bool is_encapsulated = false;
  ByteRange pixels;                  ///< of native Pixel Data
  std::vector<ByteRange> fragments;  ///< of encapsulated Pixel Data, without the offset table
  ByteRange offset_table;            ///< basic offset table of encapsulated Pixel Data; may be empty
};

/// Whether bytes begin as a DICOM file does: with the preamble, or, as older files, with an element of group 0002 or 0008.
bool looks_like_dicom(std::span<const std::uint8_t> bytes);

/// A mapped file, as the standard counts it.
inline std::span<const std::uint8_t> octets(const MappedFile& file) {
  return {reinterpret_cast<const std::uint8_t*>(file.bytes().data()), file.bytes().size()};
}

/// Finds every element up to the pixels. Each length must stay within what encloses it, and sequences may not be nested beyond reason: so
/// all that a file says can be taken from its bytes, and no more is allocated than it holds. A file that is cut off or damaged, or a
/// transfer syntax that Galen does not read, throws galen::Error. (GDCM's own reader ends the program at some damaged headers.)
DicomLayout dicom_layout(std::span<const std::uint8_t> bytes, const std::string& file);

namespace transfer_syntax {
inline constexpr char kImplicit[] = "1.2.840.10008.1.2";
inline constexpr char kExplicit[] = "1.2.840.10008.1.2.1";
inline constexpr char kExplicitBigEndian[] = "1.2.840.10008.1.2.2";
inline constexpr char kRle[] = "1.2.840.10008.1.2.5";
}  // namespace transfer_syntax

}  // namespace galen::data
