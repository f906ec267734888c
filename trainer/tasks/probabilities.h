#pragma once

#include <ATen/core/Tensor.h>

namespace galen::trainer {

/// 1 / (1 + exp(−x)) of each of `logits`, of the same type. The bits of one do not depend on how many others there are.
at::Tensor logistic(const at::Tensor& logits);

}  // namespace galen::trainer
