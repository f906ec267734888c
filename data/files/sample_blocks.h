#pragma once

#include "data/files/dataset.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace galen::data {

/// Samples of `sample_shape` that a block holds, of `total`: at least 1.
std::int64_t samples_a_block(const std::vector<std::int64_t>& sample_shape, std::int64_t total);

/// Visits `samples` in order, block by block, as models see them but neither filled in nor scaled: `values` [block, input shape…] f32, of a
/// few MiB and valid until the visit ends.
void for_each_block(const Dataset& dataset, std::span<const std::int64_t> samples,
                    const std::function<void(std::span<const std::int64_t> block, const at::Tensor& values)>& visit);

}  // namespace galen::data
