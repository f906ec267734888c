#include "data/formats/nifti/nifti_voxels.h"

#include "data/formats/gzip_file.h"

#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>
#include <vector>

namespace galen::data {
namespace {

constexpr std::size_t kBlock = 1 << 16;  // numbers

// Whole numbers of 4 bytes are whole in a double, those of 8 need their own comparison.
template <typename Number>
float store(Number number, NumberFaults& faults) {
  if constexpr (std::is_integral_v<Number> && sizeof(Number) < 4) {
    return static_cast<float>(number);
  } else if constexpr (std::is_integral_v<Number> && sizeof(Number) == 8) {
    return faults.store(number);
  } else {
    return faults.store(static_cast<double>(number));
  }
}

template <typename Number>
void convert(GzipFile& file, const NiftiHeader& header, float* values, std::size_t count, NumberFaults& faults) {
  std::vector<char> bytes(std::min(count, kBlock) * sizeof(Number));
  while (count > 0) {
    const std::size_t numbers = std::min(count, kBlock);
    file.read(bytes.data(), numbers * sizeof(Number));
    for (std::size_t i = 0; i < numbers; ++i) {
      std::array<char, sizeof(Number)> raw;
      std::memcpy(raw.data(), bytes.data() + i * sizeof(Number), sizeof(Number));
      if (header.swapped) std::reverse(raw.begin(), raw.end());
      const auto number = std::bit_cast<Number>(raw);
      *values++ = header.slope == 0 ? store(number, faults) : faults.store(static_cast<double>(number) * header.slope + header.intercept);
    }
    count -= numbers;
  }
}

using Converter = void (*)(GzipFile&, const NiftiHeader&, float*, std::size_t, NumberFaults&);

Converter converter_of(int type) {
  switch (type) {
    case 4:
      return convert<std::int16_t>;
    case 8:
      return convert<std::int32_t>;
    case 16:
      return convert<float>;
    case 64:
      return convert<double>;
    case 256:
      return convert<std::int8_t>;
    case 512:
      return convert<std::uint16_t>;
    case 768:
      return convert<std::uint32_t>;
    case 1024:
      return convert<std::int64_t>;
    case 1280:
      return convert<std::uint64_t>;
    default:
      return convert<std::uint8_t>;  // 2, and the colours 128 and 2304
  }
}

}  // namespace

at::Tensor read_nifti_voxels(const NiftiHeader& header, std::int64_t first, std::int64_t count, NumberFaults& faults) {
  TORCH_CHECK(first >= 0 && count > 0 && first + count <= header.volumes);
  const std::int64_t voxels = header.size[0] * header.size[1] * header.size[2];
  at::Tensor values = at::empty({count, header.size[2], header.size[1], header.size[0], header.components}, at::kFloat);
  GzipFile file(header.voxels);
  file.skip(static_cast<std::size_t>(header.offset + first * voxels * header.components * header.bytes));
  converter_of(header.type)(file, header, values.mutable_data_ptr<float>(), static_cast<std::size_t>(values.numel()), faults);
  if (first + count == header.volumes) file.check_rest();
  return values.permute({0, 4, 1, 2, 3}).flatten(0, 1);
}

}  // namespace galen::data
