#pragma once

#include <ATen/core/Tensor.h>

namespace galen::trainer {

/// 1 / (1 + exp(−x)) of each of `logits`, of the same type. The bits of a result do not depend on the number of the others.
at::Tensor logistic(const at::Tensor& logits);

}  // namespace galen::trainer
