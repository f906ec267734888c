#include "data/formats/dicom/dicom_layout.h"

#include "galen/error.h"

#include "data/formats/dicom/dicom_transfer_syntax.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace galen::data {
namespace {

constexpr std::uint64_t kPreamble = 128;
constexpr std::uint32_t kUndefined = 0xFFFFFFFF;
constexpr int kDeepest = 16;

constexpr std::uint32_t kTransferSyntax = 0x00020010;
constexpr std::uint32_t kExtendedOffsetTable = 0x7FE00001;
constexpr std::uint32_t kFloatPixelData = 0x7FE00008;
constexpr std::uint32_t kDoubleFloatPixelData = 0x7FE00009;
constexpr std::uint32_t kPixelData = 0x7FE00010;
constexpr std::uint32_t kDelimiters = 0xFFFE;  // group
constexpr std::uint32_t kItem = 0xFFFEE000;
constexpr std::uint32_t kItemEnd = 0xFFFEE00D;
constexpr std::uint32_t kSequenceEnd = 0xFFFEE0DD;

// Functional groups for each frame and for all, groups in them (PS3.3, C.7.6.16), and the Modality LUT. Other sequences are passed over.
constexpr std::uint32_t kSequences[] = {0x00189114, 0x00189117, 0x00189118, 0x00209111, 0x00209113, 0x00209116,
                                        0x00283000, 0x00289110, 0x00289145, 0x52009229, 0x52009230};

struct Encoding {
  bool is_explicit = true;
  bool is_big_endian = false;
  bool is_assumed = false;  ///< of what was once of unknown type: an item may turn out to be explicit
};
constexpr Encoding kOfUnknown = {.is_explicit = false, .is_assumed = true};  // PS3.5, 6.2.2

struct Element {
  std::uint32_t tag = 0;
  std::string_view type = {};  ///< VR; empty where implicit
  std::uint32_t length = 0;
  std::uint64_t value = 0;  ///< offset
};

class Walker {
 public:
  Walker(std::span<const std::uint8_t> bytes, const std::string& file) : bytes_(bytes), file_(file) {}

  /// Group 0002, which is explicit little-endian.
  DicomMeta walk_meta() const {
    DicomMeta meta{.transfer_syntax = {}, .end = bytes_.size() >= kPreamble + 4 && text(kPreamble, 4) == "DICM" ? kPreamble + 4 : 0};
    DicomSet set;
    while (meta.end + 8 <= bytes_.size() && number(meta.end, 2, false) == 0x0002) {
      const Element element = read(meta.end, bytes_.size(), {});
      meta.end = take(element, bytes_.size(), {}, 0, &set);
      if (element.tag == kTransferSyntax) {
        std::string_view uid = text(element.value, element.length);
        while (!uid.empty() && (uid.back() == '\0' || uid.back() == ' ')) uid.remove_suffix(1);
        meta.transfer_syntax = uid;
      }
    }
    return meta;
  }

  DicomLayout walk() {
    const DicomMeta meta = walk_meta();
    layout_.transfer_syntax = meta.transfer_syntax;
    const Encoding encoding = encoding_from(meta.end);
    for (std::uint64_t position = meta.end; position < bytes_.size();) {
      const Element element = read(position, bytes_.size(), encoding);
      if (element.tag > kPixelData && element.tag >> 16 != kDelimiters) break;
      if (element.tag == kPixelData) {
        read_pixels(element);
        break;
      }
      position = take(element, bytes_.size(), encoding, 0, &layout_.set);
      if (element.tag == kExtendedOffsetTable) layout_.extended_offset_table = {element.value, position - element.value};
      if (element.tag == kFloatPixelData || element.tag == kDoubleFloatPixelData) read_float_pixels(element);
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

  /// Whether the element there tells its type.
  bool names_type(std::uint64_t position) const { return position + 8 <= bytes_.size() && is_value_representation(text(position + 4, 2)); }

  /// The element's head, which must lie before `end`, and so must its value.
  Element read(std::uint64_t position, std::uint64_t end, Encoding encoding) const {
    if (end - position < 8) fail(position, "an element is cut off");
    const bool big = encoding.is_big_endian;
    Element element{.tag = number(position, 2, big) << 16 | number(position + 2, 2, big)};
    element.value = position + 8;
    if (!encoding.is_explicit || element.tag >> 16 == kDelimiters) {
      element.length = number(position + 4, 4, big);
    } else {
      element.type = text(position + 4, 2);
      if (!is_value_representation(element.type)) fail(position, "element {} has no known value representation", name(element.tag));
      if (has_long_length(element.type)) {
        if (end - position < 12) fail(position, "an element is cut off");
        element.length = number(position + 8, 4, big);
        element.value = position + 12;
      } else {
        element.length = number(position + 6, 2, big);
      }
    }
    if (element.length != kUndefined && element.length > end - element.value) {
      fail(position, "element {} is said to hold {} bytes, but {} follow", name(element.tag), element.length, end - element.value);
    }
    return element;
  }

  static std::string name(std::uint32_t tag) { return fmt::format("({:04X},{:04X})", tag >> 16, tag & 0xFFFF); }

  /// Adds the element, a needed sequence with all that is in it, to the set, unless that is null; returns where it ends.
  std::uint64_t take(const Element& element, std::uint64_t end, Encoding encoding, int depth, DicomSet* set) const {
    const bool is_undefined = element.length == kUndefined;
    const std::uint64_t value_end = is_undefined ? end : element.value + element.length;
    if (element.type == "UN") encoding = kOfUnknown;
    const bool can_be_sequence = element.type.empty() || element.type == "UN" || element.type == "SQ";
    const bool is_needed =
        set != nullptr && can_be_sequence && std::binary_search(std::begin(kSequences), std::end(kSequences), element.tag);
    if (is_needed) return take_items(element.value, value_end, is_undefined, encoding, depth + 1, &set->sequences[element.tag]);
    if (is_undefined) return take_items(element.value, value_end, is_undefined, encoding, depth + 1, nullptr);
    if (set != nullptr) set->values[element.tag] = {element.value, element.length};
    return value_end;
  }

  /// Items of a sequence, or the fragments of an encapsulated element, which are passed over alike (`items` is null).
  std::uint64_t take_items(std::uint64_t position, std::uint64_t end, bool is_undefined, Encoding encoding, int depth,
                           std::vector<DicomSet>* items) const {
    if (depth > kDeepest) fail(position, "sequences are nested more than {} deep", kDeepest);
    while (position < end) {
      const Element item = read(position, end, encoding);
      if (is_undefined && item.tag == kSequenceEnd) return item.value;
      if (item.tag != kItem) fail(position, "{} stands where an item of a sequence must be", name(item.tag));
      const bool is_skipped = items == nullptr && item.length != kUndefined;
      position = is_skipped ? item.value + item.length
                            : take_elements(item, end, encoding, depth, items == nullptr ? nullptr : &items->emplace_back());
    }
    if (is_undefined) fail(position, "a sequence has no end");
    return position;
  }

  std::uint64_t take_elements(const Element& item, std::uint64_t end, Encoding encoding, int depth, DicomSet* set) const {
    const bool is_undefined = item.length == kUndefined;
    if (!is_undefined) end = item.value + item.length;
    if (encoding.is_assumed && names_type(item.value)) encoding = {};
    std::uint64_t position = item.value;
    while (position < end) {
      const Element element = read(position, end, encoding);
      if (is_undefined && element.tag == kItemEnd) return element.value;
      position = take(element, end, encoding, depth, set);
    }
    if (is_undefined) fail(position, "an item of a sequence has no end");
    return position;
  }

  /// Of the data set. Its first element tells whether types are named more surely than the transfer syntax does.
  Encoding encoding_from(std::uint64_t data) {
    std::string& uid = layout_.transfer_syntax;
    if (uid.empty()) {
      const bool is_big = names_type(data) && bytes_[data] == 0 && bytes_[data + 1] != 0;
      uid = is_big ? transfer_syntax::kExplicitBigEndian : names_type(data) ? transfer_syntax::kExplicit : transfer_syntax::kImplicit;
    }
    layout_.is_encapsulated = is_encapsulated(uid, file_);
    layout_.is_big_endian = uid == transfer_syntax::kExplicitBigEndian;
    if (layout_.is_big_endian) return {.is_big_endian = true};
    return {.is_explicit = names_type(data)};
  }

  void expect_no_pixels(const Element& element) const {
    if (layout_.pixel_element == PixelElement::kNone) return;
    throw Error("{}: holds pixels twice, {} is the second; which of them to read is not stated.", file_, name(element.tag));
  }

  void read_float_pixels(const Element& element) {
    expect_no_pixels(element);
    if (element.length == kUndefined) fail(element.value, "the pixels have no length");
    layout_.pixel_element = element.tag == kFloatPixelData ? PixelElement::kFloatPixelData : PixelElement::kDoubleFloatPixelData;
    layout_.is_encapsulated = false;
    layout_.pixels = {element.value, element.length};
  }

  void read_pixels(const Element& element) {
    expect_no_pixels(element);
    layout_.pixel_element = PixelElement::kPixelData;
    layout_.pixels_are_words = element.type == "OW";
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
  if (bytes.size() < 16) return false;
  const bool names_type = is_value_representation({reinterpret_cast<const char*>(bytes.data()) + 4, 2});
  if (bytes[0] == 0 && bytes[1] == 8 && bytes[2] == 0) return names_type;  // big-endian
  if ((bytes[0] != 2 && bytes[0] != 8) || bytes[1] != 0 || bytes[3] != 0) return false;
  const std::uint32_t length = bytes[4] | bytes[5] << 8 | bytes[6] << 16 | std::uint32_t{bytes[7]} << 24;
  return names_type || (bytes[0] == 8 && length <= 64 && length % 2 == 0);
}

DicomMeta dicom_meta(std::span<const std::uint8_t> bytes, const std::string& file) { return Walker(bytes, file).walk_meta(); }

DicomLayout dicom_layout(std::span<const std::uint8_t> bytes, const std::string& file) { return Walker(bytes, file).walk(); }

}  // namespace galen::data
