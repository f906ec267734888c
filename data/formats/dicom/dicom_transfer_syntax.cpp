#include "data/formats/dicom/dicom_transfer_syntax.h"

#include "galen/error.h"

#include <algorithm>

namespace galen::data {
namespace {

constexpr std::string_view kShortTypes[] = {"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO",
                                            "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"};
constexpr std::string_view kLongTypes[] = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};

constexpr std::string_view kNative[] = {transfer_syntax::kImplicit, transfer_syntax::kExplicit, transfer_syntax::kExplicitBigEndian,
                                        transfer_syntax::kDeflated};

// JPEG (baseline, extended, lossless), JPEG-LS, JPEG 2000 and RLE.
constexpr std::string_view kCompressed[] = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57",
                                            "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81",
                                            "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", transfer_syntax::kRle};

struct Unread {
  std::string_view prefix;  ///< of UIDs
  const char* name;
};
constexpr Unread kUnread[] = {
    {"1.2.840.10008.1.2.1.98", "encapsulated uncompressed"},
    {"1.2.840.10008.1.2.4.92", "JPEG 2000 part 2 (several components)"},
    {"1.2.840.10008.1.2.4.93", "JPEG 2000 part 2 (several components)"},
    {"1.2.840.10008.1.2.4.94", "JPIP (pixels on a server)"},
    {"1.2.840.10008.1.2.4.95", "JPIP (pixels on a server)"},
    {"1.2.840.10008.1.2.4.100", "MPEG-2 video"},
    {"1.2.840.10008.1.2.4.101", "MPEG-2 video"},
    {"1.2.840.10008.1.2.4.102", "MPEG-4 video"},
    {"1.2.840.10008.1.2.4.103", "MPEG-4 video"},
    {"1.2.840.10008.1.2.4.104", "MPEG-4 video"},
    {"1.2.840.10008.1.2.4.105", "MPEG-4 video"},
    {"1.2.840.10008.1.2.4.106", "MPEG-4 video"},
    {"1.2.840.10008.1.2.4.107", "HEVC video"},
    {"1.2.840.10008.1.2.4.108", "HEVC video"},
    {"1.2.840.10008.1.2.4.11", "JPEG XL"},
    {"1.2.840.10008.1.2.4.20", "High-Throughput JPEG 2000 (HTJ2K)"},
    {"1.2.840.10008.1.2.4.5", "a retired process of JPEG"},
    {"1.2.840.10008.1.2.4.6", "a retired process of JPEG"},
    {"1.2.840.10008.1.2.7", "SMPTE ST 2110 video"},
    {"1.2.840.10008.1.2.8", "deflated frames"},
    {"1.2.840.113619.5.2", "GE's own, with pixels in big-endian order"},
};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

}  // namespace

bool is_value_representation(std::string_view bytes) { return contains(kShortTypes, bytes) || has_long_length(bytes); }

bool has_long_length(std::string_view representation) { return contains(kLongTypes, representation); }

bool is_encapsulated(const std::string& transfer_syntax, const std::string& file) {
  if (contains(kNative, transfer_syntax)) return false;
  if (contains(kCompressed, transfer_syntax)) return true;
  for (const Unread& unread : kUnread) {
    if (!transfer_syntax.starts_with(unread.prefix)) continue;
    throw Error("{}: its transfer syntax {} is {}, which is not read; convert the file to explicit little-endian first.", file,
                transfer_syntax, unread.name);
  }
  throw Error("{}: its transfer syntax {} is unknown; convert the file to explicit little-endian first.", file, transfer_syntax);
}

}  // namespace galen::data
