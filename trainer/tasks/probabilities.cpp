#include "trainer/tasks/probabilities.h"

#include <ATen/ops/sigmoid.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace galen::trainer {

// For the remainder after its last full vector LibTorch uses the exponential of the C library, with other last bits. So it is given whole
// vectors, in pieces that it does not split between threads.
at::Tensor logistic(const at::Tensor& logits) {
  constexpr std::int64_t kWhole = 64;  // a multiple of the step of all its loops
  constexpr std::int64_t kPiece = 16384;
  const std::int64_t count = logits.numel();
  at::Tensor values = at::zeros({(count + kWhole - 1) / kWhole * kWhole}, logits.options());
  values.narrow(0, 0, count).copy_(logits.reshape(-1));
  for (std::int64_t begin = 0; begin < values.numel(); begin += kPiece) {
    values.narrow(0, begin, std::min(kPiece, values.numel() - begin)).sigmoid_();
  }
  return values.narrow(0, 0, count).reshape(logits.sizes());
}

}  // namespace galen::trainer
