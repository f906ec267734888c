#include "trainer/tasks/target_scale.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/add.h>
#include <ATen/ops/div.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sub.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>

namespace galen::trainer {
namespace {

at::Tensor row(const std::vector<double>& numbers, const at::Tensor& like) { return at::tensor(numbers, at::kDouble).to(like.device()); }

}  // namespace

TargetScale fit_target_scale(const at::Tensor& targets) {
  const at::Tensor columns = targets.to(at::kDouble).reshape({targets.size(0), -1}).contiguous();
  const auto value = columns.accessor<double, 2>();
  const auto samples = static_cast<double>(value.size(0));
  TargetScale scale;
  for (std::int64_t k = 0; k < value.size(1); ++k) {
    double sum = 0;
    bool varies = false;
    for (std::int64_t i = 0; i < value.size(0); ++i) {
      sum += value[i][k];
      varies |= value[i][k] != value[0][k];
    }
    const double mean = varies ? sum / samples : value[0][k];
    double squares = 0;
    for (std::int64_t i = 0; i < value.size(0); ++i) squares += (value[i][k] - mean) * (value[i][k] - mean);
    scale.mean.push_back(mean);
    scale.deviation.push_back(varies ? std::sqrt(squares / samples) : 1);
  }
  return scale;
}

at::Tensor standardized(const at::Tensor& values, const TargetScale& scale) {
  if (scale.empty()) return values;
  return values.to(at::kDouble).sub(row(scale.mean, values)).div(row(scale.deviation, values)).to(values.scalar_type());
}

at::Tensor in_own_units(const at::Tensor& values, const TargetScale& scale) {
  if (scale.empty()) return values;
  return values.to(at::kDouble).mul(row(scale.deviation, values)).add(row(scale.mean, values)).to(values.scalar_type());
}

}  // namespace galen::trainer
