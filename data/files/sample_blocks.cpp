#include "data/files/sample_blocks.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace galen::data {

namespace {

constexpr std::int64_t kBlockElements = std::int64_t{1} << 21;  // 8 MiB of f32

}  // namespace

std::int64_t samples_a_block(const std::vector<std::int64_t>& sample_shape, std::int64_t total) {
  const std::int64_t elements = std::accumulate(sample_shape.begin(), sample_shape.end(), std::int64_t{1}, std::multiplies<>());
  return std::clamp<std::int64_t>(kBlockElements / elements, 1, std::max<std::int64_t>(total, 1));
}

void for_each_block(const Dataset& dataset, std::span<const std::int64_t> samples,
                    const std::function<void(std::span<const std::int64_t> block, const at::Tensor& values)>& visit) {
  const auto total = static_cast<std::int64_t>(samples.size());
  std::vector<std::int64_t> shape = dataset.input_shape();
  shape.insert(shape.begin(), samples_a_block(shape, total));
  const at::Tensor buffer = at::empty(shape, at::kFloat);
  for (std::int64_t begin = 0; begin < total; begin += shape.front()) {
    const std::int64_t count = std::min(shape.front(), total - begin);
    at::Tensor values = buffer.narrow(0, 0, count);
    const auto block = samples.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count));
    dataset.read(block, values);
    visit(block, values);
  }
}

}  // namespace galen::data
