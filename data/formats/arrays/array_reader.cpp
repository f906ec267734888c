#include "data/formats/arrays/array_reader.h"

#include "galen/error.h"

#include <algorithm>

namespace galen::data {

constexpr std::size_t kPiece = std::size_t{64} << 20;

at::Tensor ArrayReader::read(std::int64_t n, at::ScalarType to) {
  std::vector<std::int64_t> part = shape_;
  part[0] = n;
  const auto total = static_cast<std::size_t>(element_count(part) * type_.bytes);
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < total) {  // piece by piece: a damaged header's size is found out before it is allocated
    const std::size_t start = bytes.size();
    bytes.resize(std::min(total, start + kPiece));
    read_bytes(bytes.data() + start, bytes.size() - start);
  }
  return decode(bytes, part, type_, to, faults_);
}

void ArrayReader::set_header(NumberType type, std::vector<std::int64_t> shape) {
  if (shape.empty()) throw Error("{}: is a single number; a sample-first array is needed.", name());
  if (element_count(shape) < 0) throw Error("{}: its header has an impossible shape; the file is damaged.", name());
  type_ = type;
  shape_ = std::move(shape);
}

}  // namespace galen::data
