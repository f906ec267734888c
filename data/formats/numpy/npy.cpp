#include "data/formats/numpy/npy.h"

#include "galen/error.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace galen::data {
namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kLongestHeader = 1 << 20;

/// The text of `key` in the header's Python dictionary, up to the end of that text.
std::string_view value_of(std::string_view header, std::string_view key, const std::string& name) {
  const std::size_t at = header.find(fmt::format("'{}':", key));
  if (at == std::string_view::npos) throw Error("{}: its .npy header has no '{}'; the file is damaged.", name, key);
  header.remove_prefix(at + key.size() + 3);
  header.remove_prefix(std::min(header.find_first_not_of(' '), header.size()));
  return header;
}

/// '<f4' and its kind.
NumberType parse_type(std::string_view text, const std::string& name) {
  const std::string_view code = text.starts_with('\'') ? text.substr(1, text.find('\'', 1) - 1) : text.substr(0, text.find(']') + 1);
  NumberType type;
  if (code.size() >= 3 && std::string_view("<>|=").find(code[0]) != std::string_view::npos) {
    type.kind = code[1];
    type.big_endian = code[0] == '>';
    const auto [end, error] = std::from_chars(code.data() + 2, code.data() + code.size(), type.bytes);
    if (error == std::errc() && end == code.data() + code.size() && is_known(type)) return type;
  }
  throw Error("{}: holds elements of the type {}, which is no plain number; save it again as numbers, say with array.astype('uint8').",
              name, code);
}

/// (3, 4, 5), (3,) or ().
std::vector<std::int64_t> parse_shape(std::string_view text, const std::string& name) {
  std::vector<std::int64_t> shape;
  const char* next = text.data() + 1;
  const char* end = text.data() + std::min(text.find(')'), text.size());
  while (next < end) {
    std::int64_t size = 0;
    const auto [rest, error] = std::from_chars(next, end, size);
    if (error != std::errc()) throw Error("{}: its .npy header has no readable shape; the file is damaged.", name);
    shape.push_back(size);
    next = std::find_if_not(rest, end, [](char c) { return c == ',' || c == ' '; });
  }
  return shape;
}

}  // namespace

NpyHeader read_npy_header(const std::function<void(void*, std::size_t)>& read, const std::string& name) {
  std::array<std::uint8_t, 8> start;
  read(start.data(), start.size());
  const int version = start[6];
  if (!std::equal(kMagic.begin(), kMagic.end(), start.begin(), [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; }) ||
      version < 1 || version > 3) {
    throw Error("{}: is no array in NumPy's .npy format.", name);
  }

  std::array<std::uint8_t, 4> size = {};
  read(size.data(), version == 1 ? 2 : 4);
  const std::size_t length = size[0] | size[1] << 8 | size[2] << 16 | static_cast<std::size_t>(size[3]) << 24;
  if (length > kLongestHeader) throw Error("{}: its .npy header is {} bytes long; the file is damaged.", name, length);
  std::string header(length, '\0');
  read(header.data(), length);

  NpyHeader parsed = {parse_type(value_of(header, "descr", name), name), parse_shape(value_of(header, "shape", name), name)};
  if (value_of(header, "fortran_order", name).starts_with("True") && parsed.shape.size() > 1) {
    throw Error("{}: is stored in Fortran order; save it again through numpy.ascontiguousarray.", name);
  }
  return parsed;
}

}  // namespace galen::data
