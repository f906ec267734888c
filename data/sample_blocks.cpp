#include "data/sample_blocks.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <vector>

namespace galen::data {

namespace {

constexpr std::int64_t kBlockElements = std::int64_t{1} << 21;  // 8 MiB of f32

}  // namespace

void for_each_block(const Dataset& dataset, std::span<const std::int64_t> samples,
                    const std::function<void(std::span<const std::int64_t> block, const at::Tensor& values)>& visit) {
  std::vector<std::int64_t> shape = {1};
  std::int64_t elements = 1;
  for (const std::int64_t extent : dataset.input_shape()) {
    shape.push_back(extent);
    elements *= extent;
  }
  const auto total = static_cast<std::int64_t>(samples.size());
  shape.front() = std::clamp<std::int64_t>(kBlockElements / elements, 1, std::max<std::int64_t>(total, 1));
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
