#include "data/files/digested_array.h"

#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <numeric>
#include <span>
#include <type_traits>

namespace galen::data {

namespace {

constexpr std::int64_t kChunkBytes = 256 * 1024;

hdf5::Native stored_type(at::ScalarType type) {
  switch (type) {
    case at::kByte:
      return hdf5::Native::kU8;
    case at::kShort:
      return hdf5::Native::kI16;
    case at::kInt:
      return hdf5::Native::kU16;
    case at::kFloat:
      return hdf5::Native::kF32;
    case at::kDouble:
      return hdf5::Native::kF64;
    case at::kLong:
      return hdf5::Native::kI32;
    default:
      TORCH_CHECK(false, "samples are written from kByte, kShort, kInt, kFloat, kDouble or kLong, not ", type);
  }
}

std::int64_t sample_bytes(hdf5::Native type, const std::vector<std::int64_t>& shape) {
  return std::accumulate(shape.begin() + 1, shape.end(), static_cast<std::int64_t>(hdf5::bytes_of(type)), std::multiplies<>());
}

// 0: contiguous.
std::int64_t chunk_samples(hdf5::Native type, const std::vector<std::int64_t>& shape, int compression) {
  return compression == 0 ? 0 : std::clamp<std::int64_t>(kChunkBytes / sample_bytes(type, shape), 1, shape.front());
}

}  // namespace

DigestedArray::DigestedArray(hdf5::File& file, const std::string& name, at::ScalarType type, const std::vector<std::int64_t>& shape,
                             int compression, Digest& content)
    : file_(file),
      content_(content),
      type_(stored_type(type)),
      array_(file.create_array(name, type_, shape, chunk_samples(type_, shape, compression), compression)),
      blocks_(sample_bytes(type_, shape), std::max<std::int64_t>(chunk_samples(type_, shape, compression), 1)) {}

void DigestedArray::append(const at::Tensor& samples) {
  if (samples.scalar_type() == at::kInt) return append_narrow<std::uint16_t, std::int32_t>(samples);
  if (samples.scalar_type() == at::kLong) return append_narrow<std::int32_t, std::int64_t>(samples);
  append_bytes(samples.size(0), samples.const_data_ptr());
}

template <typename Narrow, typename Wide>
void DigestedArray::append_narrow(const at::Tensor& samples) {
  std::vector<Narrow> narrow(static_cast<std::size_t>(samples.numel()));
  const auto* wide = samples.const_data_ptr<Wide>();
  for (std::size_t i = 0; i < narrow.size(); ++i) {
    if (wide[i] < 0 || wide[i] > std::numeric_limits<Narrow>::max()) {
      throw Error("{}: the value {} does not fit into {} bits{}.", array_.where(), wide[i], 8 * sizeof(Narrow),
                  std::is_signed_v<Narrow> ? ", or is negative" : " without sign");
    }
    narrow[i] = static_cast<Narrow>(wide[i]);
  }
  append_bytes(samples.size(0), narrow.data());
}

void DigestedArray::append_bytes(std::int64_t count, const void* samples) {
  const auto size = static_cast<std::size_t>(count * sample_bytes(type_, array_.shape()));
  content_.add_bytes(samples, size);
  blocks_.add({static_cast<const std::byte*>(samples), size});
  array_.write(appended_, count, type_, samples);
  appended_ += count;
}

void DigestedArray::finish() { blocks_.write(file_, array_.name()); }

}  // namespace galen::data
