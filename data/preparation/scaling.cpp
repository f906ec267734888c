#include "data/preparation/scaling.h"

#include "data/files/channel_moments.h"
#include "data/files/sample_blocks.h"
#include "data/preparation/value_faults.h"
#include "data/preparation/value_statistics.h"
#include "data/transforms/transforms.h"
#include "galen/error.h"

#include <ATen/ops/empty.h>

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

std::int64_t channels_of(const Dataset& dataset) { return dataset.input_shape().front(); }

void check_block(const Dataset& dataset, std::span<const std::int64_t> samples, const at::Tensor& block, bool may_miss) {
  const float* values = block.const_data_ptr<float>();
  const float* end = values + block.numel();
  const float* found = std::find_if(values, end, [&](float value) { return may_miss ? std::isinf(value) : !std::isfinite(value); });
  if (found == end) return;
  const std::int64_t elements = block.numel() / block.size(0);
  const std::int64_t sample = samples[static_cast<std::size_t>((found - values) / elements)];
  const std::int64_t channel = (found - values) % elements / (elements / channels_of(dataset));
  refuse_value(dataset, sample, channel, *found);
}

// What data.prepare makes of a block.
at::Tensor transformed(const Transforms& transforms, const at::Tensor& block) {
  if (transforms.empty()) return block;
  std::vector<std::int64_t> shape = {block.size(0)};
  shape.insert(shape.end(), transforms.output_shape().begin(), transforms.output_shape().end());
  at::Tensor result = at::empty(shape, at::kFloat);
  Workspace workspace;
  for (std::int64_t i = 0; i < block.size(0); ++i) {
    transforms.apply(block[i].const_data_ptr<float>(), result[i].mutable_data_ptr<float>(), {}, /*training=*/false, workspace);
  }
  return result;
}

Scaling same_for_all(std::int64_t channels, double mean, double deviation) {
  return {std::vector<float>(static_cast<std::size_t>(channels), static_cast<float>(mean)),
          std::vector<float>(static_cast<std::size_t>(channels), static_cast<float>(deviation))};
}

Scaling by_ranges(const ValueStatistics& measured) {
  Scaling scaling;
  for (std::size_t c = 0; c < measured.mean.size(); ++c) {
    const double width = measured.maximum[c] - measured.minimum[c];
    scaling.mean.push_back(static_cast<float>(measured.minimum[c]));
    scaling.deviation.push_back(width > 0 ? static_cast<float>(width) : 1.F);
  }
  return scaling;
}

}  // namespace

bool is_of_wide_type(const Dataset& dataset) { return dataset.input_maximum() > 65535; }

Scaling make_scaling(ScalingMethod method, const Dataset& dataset, std::span<const std::int64_t> training, const Transforms& transforms,
                     bool may_miss) {
  const bool standardize = method == ScalingMethod::kStandardize;
  const std::int64_t channels = transforms.output_shape().front();
  const bool is_floating_point = at::isFloatingType(dataset.input_type());
  MomentsOfBlocks measured(channels);
  if (standardize || is_floating_point) {
    for_each_block(dataset, training, [&](std::span<const std::int64_t> samples, const at::Tensor& block) {
      if (is_floating_point) check_block(dataset, samples, block, may_miss);
      if (standardize) measured.add(transformed(transforms, block));
    });
  }
  if (method == ScalingMethod::kNone) return same_for_all(channels, 0, 1);
  if (method == ScalingMethod::kUnit && is_of_wide_type(dataset) && dataset.input_shape().size() == 1) {
    return by_ranges(full_statistics(dataset, training));
  }
  if (method == ScalingMethod::kUnit)
    return same_for_all(channels, transforms.output_range().low, transforms.output_range().high - transforms.output_range().low);

  const Moments moments = measured.moments();
  Scaling scaling = same_for_all(channels, 0, 1);
  for (std::size_t c = 0; c < scaling.mean.size(); ++c) {
    scaling.mean[c] = static_cast<float>(moments.mean[c]);
    const auto deviation = static_cast<float>(moments.deviation[c]);
    if (deviation > 0) scaling.deviation[c] = deviation;
  }
  return scaling;
}

void check_finite(const Dataset& dataset, std::span<const std::int64_t> samples) {
  if (dataset.vocabulary()) return;
  for_each_block(dataset, samples, [&](std::span<const std::int64_t> block, const at::Tensor& values) {
    check_block(dataset, block, values, /*may_miss=*/false);
  });
}

}  // namespace galen::data
