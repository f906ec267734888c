#pragma once

#include "trainer/gradient/optimizer/update_kernels.h"

#include <cuda_runtime_api.h>

namespace galen::trainer {

/// UpdateKernels::look_at() on a GPU: two kernels and a copy of a few bytes on `stream`, for which it waits. One call at a time per GPU.
GradientFacts look_at_on_gpu(const float* gradients, std::int64_t size, cudaStream_t stream);

}  // namespace galen::trainer
