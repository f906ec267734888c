#include "data/import/dicom_layout.h"

#include "galen/error.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace galen::data {
namespace {

constexpr std::uint64_t kPreamble = 128;
constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr int kDeepest = 16;

constexpr std::uint32_t kTransferSyntax = 0x00020010;
constexpr std::uint32_t kPixelGroup = 0x7FE00000;
constexpr std::uint32_t kPixelData = 0x7FE00010;
constexpr std::uint32_t kItem = 0xFFFEE000;
constexpr std::uint32_t kItemEnd = 0xFFFEE00D;
constexpr std::uint32_t kSequenceEnd = 0xFFFEE0DD;

constexpr std::string_view kShortTypes[] = {"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FL", "FD", "IS", "LO",
                                            "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"};
constexpr std::string_view kLongTypes[] = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};

// JPEG (baseline, extended, lossless), JPEG-LS, JPEG 2000 and RLE.
constexpr std::string_view kCompressed[] = {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57",
                                            "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81",
                                            "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", transfer_syntax::kRle};

template <typename List>
bool contains(const List& list, std::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

struct Encoding {
  bool is_explicit = true;
  bool is_big_endian = false;
};

struct Element {
  std::uint32_t tag = 0;
  std::string_view type = {};  ///< VR; empty where implicit
  std::uint32_t length = 0;
  std::uint64_t value = 0;  ///< offset
};

class Walker {
 public:
  Walker(std::span<const std::uint8_t> bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  DicomLayout walk() {
    const std::uint64_t begin = bytes_.size() >= kPreamble + 4 && text(kPreamble, 4) == "DICM" ? kPreamble + 4 : 0;
    const std::uint64_t data = walk_meta(begin);
    const Encoding encoding = encoding_from(data);
    std::uint64_t position = data;
    while (position < bytes_.size()) {
      const Element element = read(position, bytes_.size(), encoding);
      if (element.tag >= kPixelGroup && element.tag >> 16 != 0xFFFE) {
        if (element.tag == kPixelData) read_pixels(element);
        break;
      }
      position = take(element, bytes_.size(), encoding, 0, layout_.set);
    }
    return std::move(layout_);
  }

 private:
  template <typename... Values>
  [[noreturn]] void fail(std::uint64_t position, fmt::format_string<Values...> what, Values&&... values) const {
    throw Error("{}: byte {}: {}; the file is cut off or damaged, copy it again.", file_, position,
                fmt::format(what, std::forward<Values>(values)...));
  }

  std::string_view text(std::uint64_t offset, std::uint64_t length) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + offset, length};
  }

  std::uint32_t number(std::uint64_t offset, int size, bool big_endian) const {
    std::uint32_t value = 0;
    for (int i = 0; i < size; ++i) value |= std::uint32_t{bytes_[offset + i]} << 8 * (big_endian ? size - 1 - i : i);
    return value;
  }

  /// The element's head, which must lie before `end`, and so must its value.
  Element read(std::uint64_t position, std::uint64_t end, Encoding encoding) const {
    if (end - position < 8) fail(position, "an element is cut off");
    const bool big = encoding.is_big_endian;
    Element element{.tag = number(position, 2, big) << 16 | number(position + 2, 2, big)};
    element.value = position + 8;
    if (!encoding.is_explicit || element.tag >> 16 == 0xFFFE) {
      element.length = number(position + 4, 4, big);
    } else {
      element.type = text(position + 4, 2);
      if (contains(kShortTypes, element.type)) {
        element.length = number(position + 6, 2, big);
      } else if (contains(kLongTypes, element.type)) {
        if (end - position < 12) fail(position, "an element is cut off");
        element.length = number(position + 8, 4, big);
        element.value = position + 12;
      } else {
        fail(position, "element {} has no known value representation", name(element.tag));
      }
    }
    if (element.length != kUndefined && element.length > end - element.value) {
      fail(position, "element {} is said to hold {} bytes, but {} follow", name(element.tag), element.length, end - element.value);
    }
    return element;
  }

  static std::string name(std::uint32_t tag) { return fmt::format("({:04X},{:04X})", tag >> 16, tag & 0xFFFF); }

  /// Adds the element, a sequence with all that is in it, to the set; returns where it ends.
  std::uint64_t take(const Element& element, std::uint64_t end, Encoding encoding, int depth, DicomSet& set) const {
    const bool undefined = element.length == kUndefined;
    if (element.type == "UN" && undefined) encoding = {.is_explicit = false};  // PS3.5, 6.2.2
    const std::uint64_t value_end = undefined ? end : element.value + element.length;
    const bool implicit_sequence = element.type.empty() && (undefined || begins_with_item(element.value, value_end, encoding));
    if (element.type == "SQ" || (element.type == "UN" && undefined) || implicit_sequence) {
      return take_items(element.value, value_end, undefined, encoding, depth + 1, set.sequences[element.tag]);
    }
    if (undefined) fail(element.value, "element {} has no length", name(element.tag));
    set.values[element.tag] = {element.value, element.length};
    return value_end;
  }

  bool begins_with_item(std::uint64_t position, std::uint64_t end, Encoding encoding) const {
    return end - position >= 8 && number(position, 2, encoding.is_big_endian) == kItem >> 16 &&
           number(position + 2, 2, encoding.is_big_endian) == (kItem & 0xFFFF);
  }

  std::uint64_t take_items(std::uint64_t position, std::uint64_t end, bool undefined, Encoding encoding, int depth,
                           std::vector<DicomSet>& items) const {
    if (depth > kDeepest) fail(position, "sequences are nested more than {} deep", kDeepest);
    while (position < end) {
      const Element item = read(position, end, encoding);
      if (undefined && item.tag == kSequenceEnd) return item.value;
      if (item.tag != kItem) fail(position, "{} stands where an item of a sequence must be", name(item.tag));
      position = take_elements(item, end, encoding, depth, items.emplace_back());
    }
    if (undefined) fail(position, "a sequence has no end");
    return position;
  }

  std::uint64_t take_elements(const Element& item, std::uint64_t end, Encoding encoding, int depth, DicomSet& set) const {
    const bool undefined = item.length == kUndefined;
    if (!undefined) end = item.value + item.length;
    std::uint64_t position = item.value;
    while (position < end) {
      const Element element = read(position, end, encoding);
      if (undefined && element.tag == kItemEnd) return element.value;
      position = take(element, end, encoding, depth, set);
    }
    if (undefined) fail(position, "an item of a sequence has no end");
    return position;
  }

  /// Reads the transfer syntax out of group 0002, which is explicit little-endian; returns where the group ends.
  std::uint64_t walk_meta(std::uint64_t position) {
    const Encoding meta;
    DicomSet meta_set;
    while (position + 8 <= bytes_.size() && number(position, 2, false) == 0x0002) {
      const Element element = read(position, bytes_.size(), meta);
      position = take(element, bytes_.size(), meta, 0, meta_set);
      if (element.tag == kTransferSyntax) {
        std::string_view uid = text(element.value, element.length);
        while (!uid.empty() && (uid.back() == '\0' || uid.back() == ' ')) uid.remove_suffix(1);
        layout_.transfer_syntax = uid;
      }
    }
    return position;
  }

  Encoding encoding_from(std::uint64_t data) {
    std::string& uid = layout_.transfer_syntax;
    if (uid.empty()) {
      const bool names_type =
          data + 8 <= bytes_.size() && (contains(kShortTypes, text(data + 4, 2)) || contains(kLongTypes, text(data + 4, 2)));
      uid = names_type ? transfer_syntax::kExplicit : transfer_syntax::kImplicit;
    }
    layout_.is_encapsulated = contains(kCompressed, uid);
    if (uid == transfer_syntax::kImplicit) return {.is_explicit = false};
    layout_.is_big_endian = uid == transfer_syntax::kExplicitBigEndian;
    if (layout_.is_big_endian) return {.is_big_endian = true};
    if (uid == transfer_syntax::kExplicit || layout_.is_encapsulated) return {};
    throw Error("{}: its transfer syntax {} is not read; rewrite it as explicit little-endian, for example with gdcmconv --raw.", file_,
                uid);
  }

  void read_pixels(const Element& element) {
    layout_.has_pixels = true;
    if (!layout_.is_encapsulated) {
      if (element.length == kUndefined) fail(element.value, "the pixels have no length though they are not compressed");
      layout_.pixels = {element.value, element.length};
      return;
    }
    if (element.length != kUndefined) fail(element.value, "the pixels are not in fragments though they are compressed");
    std::uint64_t position = element.value;
    for (bool is_table = true; position < bytes_.size(); is_table = false) {
      const Element item = read(position, bytes_.size(), {});
      if (item.tag == kSequenceEnd && !is_table) return;
      if (item.tag != kItem || item.length == kUndefined)
        fail(position, "{} stands where a fragment of the pixels must be", name(item.tag));
      const ByteRange range{item.value, item.length};
      if (is_table) {
        layout_.offset_table = range;
      } else {
        layout_.fragments.push_back(range);
      }
      position = item.value + item.length;
    }
    fail(position, "the fragments of the pixels have no end");
  }

  std::span<const std::uint8_t> bytes_;
  const std::string& file_;
  DicomLayout layout_;
};

}  // namespace

bool looks_like_dicom(std::span<const std::uint8_t> bytes) {
  static constexpr std::string_view kMagic = "DICM";
  if (bytes.size() >= kPreamble + 4 && std::equal(kMagic.begin(), kMagic.end(), bytes.begin() + kPreamble)) return true;
  if (bytes.size() < 16 || (bytes[0] != 2 && bytes[0] != 8) || bytes[1] != 0 || bytes[3] != 0) return false;
  const std::string_view type(reinterpret_cast<const char*>(bytes.data()) + 4, 2);
  const std::uint32_t length = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | std::uint32_t{bytes[7]} << 24;
  return contains(kShortTypes, type) || contains(kLongTypes, type) || (bytes[0] == 8 && length <= 64 && length % 2 == 0);
}

DicomLayout dicom_layout(std::span<const std::uint8_t> bytes, const std::string& file) { return Walker(bytes, file).walk(); }

}  // namespace galen::data
