#include "data/import/nifti_header.h"

#include "galen/error.h"

#include "data/import/gzip_file.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

namespace galen::data {
namespace {

constexpr std::size_t kHeaderBytes = 348;
constexpr std::size_t kMagic = 344;
constexpr std::int64_t kLargestDeflation = 1032;  // of zlib: bytes that one packed byte can stand for

struct ElementKind {
  int code;
  int bytes;
  ValueRange range;
};

template <typename Number>
constexpr ElementKind whole(int code) {
  return {code,
          sizeof(Number),
          {static_cast<double>(std::numeric_limits<Number>::lowest()), static_cast<double>(std::numeric_limits<Number>::max()), true}};
}

constexpr ElementKind kKinds[] = {
    whole<std::uint8_t>(2),  whole<std::int16_t>(4),    whole<std::int32_t>(8),    {16, 4, {0, 0, false}},    {64, 8, {0, 0, false}},
    whole<std::int8_t>(256), whole<std::uint16_t>(512), whole<std::uint32_t>(768), whole<std::int64_t>(1024), whole<std::uint64_t>(1280),
};

/// Numbers of the header, in its byte order.
class Fields {
 public:
  explicit Fields(const std::string& bytes) : bytes_(bytes) { swapped_ = read<std::int32_t>(0) != kHeaderBytes; }

  template <typename Number>
  Number read(std::size_t offset) const {
    std::array<char, sizeof(Number)> raw;
    std::memcpy(raw.data(), bytes_.data() + offset, raw.size());
    if (swapped_) std::reverse(raw.begin(), raw.end());
    return std::bit_cast<Number>(raw);
  }

 private:
  const std::string& bytes_;
  bool swapped_ = false;
};

/// How many bytes the file can hold, unpacked, at most.
std::int64_t capacity(const std::string& path) {
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  return path.ends_with(".gz") ? size * kLargestDeflation : size;
}

/// ITK's linear algebra ends the process over numbers that are none, and never ends over such as overflow.
void check_place(const Fields& fields, const std::string& path) {
  static constexpr float kFarthest = 1e9F;  // in mm, if it is that
  const auto check = [&](const char* what, std::size_t offset, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto number = fields.read<float>(offset + i * sizeof(float));
      if (!(std::abs(number) <= kFarthest)) throw Error("{}: its {} have the number {}; its header is damaged.", path, what, number);
    }
  };
  check("voxel sizes", 76, 4);  // with the sign of the rotation
  if (fields.read<std::int16_t>(252) > 0) check("rotation and place (qform)", 256, 6);
  if (fields.read<std::int16_t>(254) > 0) check("direction and place (sform)", 280, 12);
}

bool has_nifti_name(const std::string& path) { return path.ends_with(".nii") || path.ends_with(".nii.gz"); }

// NIfTI-1 in one file, NIfTI-2, NIfTI-1 in two files: that of the other kinds is told.
bool begins_as_nifti(const std::string& bytes) {
  const auto has = [&](std::size_t offset, const char* magic) {
    return bytes.size() >= offset + 4 && bytes.compare(offset, 3, magic) == 0;
  };
  return has(kMagic, "n+1") || has(kMagic, "ni1") || has(4, "n+2");
}

}  // namespace

bool is_nifti_file(const std::string& path) { return has_nifti_name(path) && begins_as_nifti(peek(path, kHeaderBytes)); }

NiftiHeader read_nifti_header(const std::string& path) {
  const std::string bytes = peek(path, kHeaderBytes);
  if (bytes.size() < kHeaderBytes) throw Error("{}: is cut off within its header, or its gzip packing is damaged; copy it again.", path);
  if (!begins_as_nifti(bytes)) throw Error("{}: does not begin as a NIfTI file.", path);
  if (bytes.compare(kMagic, 3, "n+1") != 0) {
    throw Error("{}: is NIfTI-2, or one half of a pair of files; rewrite it as NIfTI-1 in one file (.nii or .nii.gz).", path);
  }
  const Fields fields(bytes);
  const auto dimensions = fields.read<std::int16_t>(40);
  std::array<std::int64_t, 7> extents;
  extents.fill(1);
  for (std::int16_t i = 0; i < std::min<std::int16_t>(dimensions, 7); ++i) extents[i] = fields.read<std::int16_t>(42 + 2 * i);
  if (dimensions < 3 || dimensions > 7 || std::any_of(extents.begin(), extents.end(), [](std::int64_t n) { return n < 1; }) ||
      std::any_of(extents.begin() + 4, extents.end(), [](std::int64_t n) { return n != 1; })) {
    throw Error("{}: has {} dimensions, {}; volumes have three, and a fourth for channels.", path, dimensions, fmt::join(extents, " x "));
  }

  const auto code = fields.read<std::int16_t>(70);
  const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds), [&](const ElementKind& each) { return each.code == code; });
  if (kind == std::end(kKinds))
    throw Error("{}: its data type {} is none of grey values (colours and complex numbers are not read).", path, code);
  const auto bits = fields.read<std::int16_t>(72);
  if (bits != 8 * kind->bytes)
    throw Error("{}: its header says {} bits a voxel, but its data type has {}; it is damaged.", path, bits, 8 * kind->bytes);

  const auto offset = fields.read<float>(108);
  const std::int64_t room = capacity(path);
  std::int64_t needed = kind->bytes;
  for (const std::int64_t extent : extents) {
    if (extent > room / needed) needed = room;
    needed = std::min(needed * extent, room + 1);
  }
  if (!(offset >= static_cast<float>(kHeaderBytes)) || offset > static_cast<float>(room) ||
      needed > room - static_cast<std::int64_t>(offset)) {
    throw Error("{}: is too short for {} voxels of {} bytes; it is cut off or damaged, copy it again.", path, fmt::join(extents, " x "),
                kind->bytes);
  }

  check_place(fields, path);

  NiftiHeader header{.size = {extents[0], extents[1], extents[2]}, .channels = extents[3], .range = kind->range};
  const auto slope = fields.read<float>(112);
  const auto intercept = fields.read<float>(116);
  if (slope != 0 && std::isfinite(slope) && std::isfinite(intercept) && header.range.is_whole) {
    header.range = ValueRange::rescaled(header.range.lowest, header.range.highest, slope, intercept);
  }
  return header;
}

}  // namespace galen::data
