#include "data/formats/nifti/nifti_header.h"

#include "galen/error.h"

#include "data/formats/gzip_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

namespace galen::data {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kLargestDeflation = 1032;  // of zlib: bytes that one packed byte can stand for

/// Where the two versions have their fields.
struct Layout {
  std::int32_t bytes;
  std::size_t magic, dimensions, intent, type, bits, spacing, offset, slope, intercept, qform_code, sform_code, quaternion, place, sform,
      units;
};
constexpr Layout kLayout1 = {348, 344, 40, 68, 70, 72, 76, 108, 112, 116, 252, 254, 256, 268, 280, 123};
constexpr Layout kLayout2 = {540, 4, 16, 504, 12, 14, 104, 168, 176, 184, 344, 348, 352, 376, 400, 500};

struct ElementKind {
  int code;
  int bytes;
  ValueRange range;
  std::int64_t components = 1;
};

template <typename Number>
constexpr ElementKind whole(int code, std::int64_t components = 1) {
  return {code,
          sizeof(Number),
          {static_cast<double>(std::numeric_limits<Number>::lowest()), static_cast<double>(std::numeric_limits<Number>::max()), true},
          components};
}

constexpr ElementKind kKinds[] = {whole<std::uint8_t>(2),     whole<std::int16_t>(4),      whole<std::int32_t>(8),
                                  {16, 4, {0, 0, false}},     {64, 8, {0, 0, false}},      whole<std::int8_t>(256),
                                  whole<std::uint16_t>(512),  whole<std::uint32_t>(768),   whole<std::int64_t>(1024),
                                  whole<std::uint64_t>(1280), whole<std::uint8_t>(128, 3), whole<std::uint8_t>(2304, 4)};

bool is_gzip_name(const std::string& path) { return path.ends_with(".gz"); }

std::string without_gz(const std::string& path) { return is_gzip_name(path) ? path.substr(0, path.size() - 3) : path; }

/// What a file's beginning says it is.
enum class Kind { kOther, kFirst, kFirstPair, kSecond, kSecondPair, kAnalyze };

Kind kind_of(const std::string& bytes) {
  const auto has = [&](std::size_t offset, const char* magic) {
    return bytes.size() >= offset + 4 && bytes.compare(offset, 3, magic) == 0;
  };
  if (has(kLayout2.magic, "n+2")) return Kind::kSecond;
  if (has(kLayout2.magic, "ni2")) return Kind::kSecondPair;
  if (has(kLayout1.magic, "n+1")) return Kind::kFirst;
  if (has(kLayout1.magic, "ni1")) return Kind::kFirstPair;
  std::int32_t size = 0;
  if (bytes.size() >= static_cast<std::size_t>(kLayout1.bytes)) std::memcpy(&size, bytes.data(), sizeof size);
  return size == kLayout1.bytes || std::int32_t(__builtin_bswap32(std::uint32_t(size))) == kLayout1.bytes ? Kind::kAnalyze : Kind::kOther;
}

/// Numbers of the header, in its byte order.
class Fields {
 public:
  Fields(const std::string& bytes, bool second) : layout(second ? kLayout2 : kLayout1), bytes_(bytes), second_(second) {
    swapped_ = raw<std::int32_t>(0) != layout.bytes;
  }

  bool swapped() const { return swapped_; }

  /// `index` counts such fields.
  double real(std::size_t offset, std::size_t index = 0) const {
    return second_ ? raw<double>(offset + 8 * index) : raw<float>(offset + 4 * index);
  }
  std::int64_t dimension(std::size_t index) const {
    return second_ ? raw<std::int64_t>(layout.dimensions + 8 * index) : raw<std::int16_t>(layout.dimensions + 2 * index);
  }
  int code(std::size_t offset) const { return second_ ? raw<std::int32_t>(offset) : raw<std::int16_t>(offset); }
  int type(std::size_t offset) const { return raw<std::int16_t>(offset); }
  int units() const { return second_ ? raw<std::int32_t>(layout.units) : raw<std::uint8_t>(layout.units); }
  double voxel_offset() const { return second_ ? static_cast<double>(raw<std::int64_t>(layout.offset)) : raw<float>(layout.offset); }

  const Layout& layout;

 private:
  template <typename Number>
  Number raw(std::size_t offset) const {
    std::array<char, sizeof(Number)> number;
    std::memcpy(number.data(), bytes_.data() + offset, number.size());
    if (swapped_) std::reverse(number.begin(), number.end());
    return std::bit_cast<Number>(number);
  }

  const std::string& bytes_;
  bool second_;
  bool swapped_ = false;
};

/// How many bytes the file can hold, unpacked, at most.
std::int64_t capacity(const std::string& path, bool is_packed) {
  const auto size = static_cast<std::int64_t>(fs::file_size(path));
  return is_packed ? size * kLargestDeflation : size;
}

void read_size(const Fields& fields, const std::string& path, NiftiHeader& header) {
  static constexpr int kFirstOfConnectivity = 3000;
  static constexpr int kLastOfConnectivity = 3099;
  const std::int64_t dimensions = fields.dimension(0);
  std::array<std::int64_t, 7> extents;
  extents.fill(1);
  for (std::int64_t i = 0; i < std::min<std::int64_t>(dimensions, 7); ++i) extents[i] = fields.dimension(1 + i);
  const int intent = fields.code(fields.layout.intent);
  if (intent >= kFirstOfConnectivity && intent <= kLastOfConnectivity)
    throw Error("{}: is CIFTI-2, which holds values of surfaces and connections, not a volume.", path);
  const auto volumes = std::find_if(extents.begin() + 3, extents.end(), [](std::int64_t n) { return n != 1; });
  if (dimensions < 3 || dimensions > 7 || std::any_of(extents.begin(), extents.end(), [](std::int64_t n) { return n < 1; }) ||
      (volumes != extents.end() && std::any_of(volumes + 1, extents.end(), [](std::int64_t n) { return n != 1; }))) {
    throw Error("{}: has {} dimensions, {}; volumes have three, and one more for channels or time.", path, dimensions,
                fmt::join(extents, " x "));
  }
  std::copy(extents.begin(), extents.begin() + 3, header.size.begin());
  header.volumes = volumes == extents.end() ? 1 : *volumes;
}

void read_type(const Fields& fields, const std::string& path, NiftiHeader& header) {
  header.type = fields.type(fields.layout.type);
  const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const ElementKind& each) { return each.code == header.type; });
  if (kind == std::end(kKinds)) {
    throw Error("{}: its data type {} is none that is read (complex numbers, 128-bit numbers and single bits are not).", path, header.type);
  }
  header.bytes = kind->bytes;
  header.components = kind->components;
  header.range = kind->range;
  const auto bits = fields.type(fields.layout.bits);
  const std::int64_t expected = 8 * kind->bytes * kind->components;
  if (bits != expected) throw Error("{}: its header says {} bits a voxel, but its data type has {}; it is damaged.", path, bits, expected);

  const double slope = fields.real(fields.layout.slope);
  if (slope == 0 || !std::isfinite(slope) || header.components > 1) return;
  header.slope = slope;
  header.intercept = fields.real(fields.layout.intercept);
  if (!std::isfinite(header.intercept)) throw Error("{}: its intercept is {}; its header is damaged.", path, header.intercept);
  if (header.range.is_whole) header.range = ValueRange::rescaled(header.range.lowest, header.range.highest, header.slope, header.intercept);
}

void read_offset(const Fields& fields, bool pair, bool is_packed, const std::string& path, NiftiHeader& header) {
  const double offset = fields.voxel_offset();
  const std::int64_t room = capacity(header.voxels, pair ? is_gzip(header.voxels) : is_packed);
  const std::int64_t voxel = header.bytes * header.components;
  std::int64_t needed = voxel;
  for (const std::int64_t extent : {header.size[0], header.size[1], header.size[2], header.volumes}) {
    needed = extent > room / needed ? room + 1 : needed * extent;
  }
  const double lowest = pair ? 0 : fields.layout.bytes;
  if (!(offset >= lowest) || offset > static_cast<double>(room) || needed > room - static_cast<std::int64_t>(offset)) {
    throw Error("{}: is too short for {} x {} voxels of {} bytes; it is cut off or damaged, copy it again.",
                header.voxels.empty() ? path : header.voxels, fmt::join(header.size, " x "), header.volumes, voxel);
  }
  header.offset = static_cast<std::int64_t>(offset);
}

Affine read_affine(const Fields& fields, const std::string& path, const std::array<std::int64_t, 3>& size) {
  static constexpr double kFarthest = 1e9;  // in mm, if it is that
  const auto checked = [&](const char* what, std::size_t offset, std::size_t index) {
    const double number = fields.real(offset, index);
    if (!(std::abs(number) <= kFarthest)) throw Error("{}: its {} have the number {}; its header is damaged.", path, what, number);
    return number;
  };
  static constexpr double kMillimetres[] = {1, 1000, 1, 0.001};  // of no unit, metres, millimetres, micrometres
  const int unit = fields.units() & 7;
  if (unit > 3) throw Error("{}: its voxels are measured in unit {}, which is none of lengths; its header is damaged.", path, unit);
  const double scale = kMillimetres[unit];

  Affine affine = {};
  if (fields.code(fields.layout.sform_code) > 0) {
    for (std::size_t i = 0; i < 12; ++i) affine[i / 4][i % 4] = scale * checked("direction and place (sform)", fields.layout.sform, i);
    return affine;
  }
  std::array<double, 3> spacing;
  for (std::size_t i = 0; i < 3; ++i) spacing[i] = scale * std::abs(checked("voxel sizes", fields.layout.spacing, 1 + i));
  if (fields.code(fields.layout.qform_code) > 0) {
    std::array<double, 3> turn;
    std::array<double, 3> place;
    for (std::size_t i = 0; i < 3; ++i) {
      turn[i] = checked("rotation (qform)", fields.layout.quaternion, i);
      place[i] = scale * checked("place (qform)", fields.layout.place, i);
    }
    static constexpr double kRounding = 1e-3;
    const double length = turn[0] * turn[0] + turn[1] * turn[1] + turn[2] * turn[2];
    if (length > 1 + kRounding) throw Error("{}: the quaternion of its qform is longer than 1; its header is damaged.", path);
    if (fields.real(fields.layout.spacing) == -1) spacing[2] = -spacing[2];
    return affine_of_quaternion(turn[0], turn[1], turn[2], spacing, place);
  }
  spacing[0] = -spacing[0];  // as Analyze has it: the first axis runs to the left
  for (std::size_t i = 0; i < 3; ++i) {
    affine[i][i] = spacing[i];
    affine[i][3] = -spacing[i] * static_cast<double>(size[i] - 1) / 2;
  }
  return affine;
}

}  // namespace

std::string nifti_partner(const std::string& path) {
  const std::string plain = without_gz(path);
  const fs::path ours = fs::path(plain).extension();
  const char* theirs = ours == ".hdr" ? ".img" : ours == ".img" ? ".hdr" : nullptr;
  if (theirs == nullptr) return "";
  const std::string partner = fs::path(plain).replace_extension(theirs).string();
  for (const std::string& candidate : {partner, partner + ".gz"}) {
    if (fs::is_regular_file(candidate)) return candidate;
  }
  return "";
}

bool is_nifti_file(const std::string& path, bool any_name) {
  const std::string plain = without_gz(path);
  const bool is_header = plain.ends_with(".hdr");
  if (!plain.ends_with(".nii") && !is_header && !any_name) return false;
  const std::string bytes = peek(path, static_cast<std::size_t>(kLayout2.bytes));
  if (bytes.empty() && plain.ends_with(".nii") && is_gzip(path)) return true;  // damaged, as its header says when it is read
  const Kind kind = kind_of(bytes);
  return kind != Kind::kOther && (kind != Kind::kAnalyze || is_header);
}

NiftiHeader read_nifti_header(const std::string& path) {
  bool is_packed = false;
  const std::string bytes = peek(path, static_cast<std::size_t>(kLayout2.bytes), &is_packed);
  const Kind kind = kind_of(bytes);
  const bool second = kind == Kind::kSecond || kind == Kind::kSecondPair;
  const bool pair = kind == Kind::kFirstPair || kind == Kind::kSecondPair;
  if (bytes.size() < static_cast<std::size_t>(second ? kLayout2.bytes : kLayout1.bytes))
    throw Error("{}: is cut off within its header, or its gzip packing is damaged; copy it again.", path);
  if (kind == Kind::kAnalyze) {
    throw Error("{}: is Analyze 7.5, which does not say where left and right are; convert it to NIfTI where that is known.", path);
  }
  if (kind == Kind::kOther) throw Error("{}: does not begin as a NIfTI file.", path);

  NiftiHeader header;
  header.voxels = pair ? nifti_partner(path) : path;
  if (header.voxels.empty()) throw Error("{}: its voxels lie in a file of the same name that ends in .img, which is missing.", path);
  const Fields fields(bytes, second);
  header.swapped = fields.swapped();
  read_size(fields, path, header);
  read_type(fields, path, header);
  read_offset(fields, pair, is_packed, path, header);
  header.affine = read_affine(fields, path, header.size);
  return header;
}

}  // namespace galen::data
