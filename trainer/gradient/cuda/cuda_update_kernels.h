#pragma once

#include "trainer/gradient/optimizer/update_kernels.h"

#include <cuda_runtime_api.h>

namespace galen::trainer {

/// The update pass as CUDA kernels, ordered on the stream returned by `stream` at each call. Includes no LibTorch headers, which nvcc
/// compiles slowly.
class CudaUpdateKernels final : public UpdateKernels {
 public:
  explicit CudaUpdateKernels(cudaStream_t (*stream)()) : stream_(stream) {}

  void sgd(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay, std::int64_t size) const override;
  void adam(const AdamRule& rule, float* values, const float* gradients, Moments moments, float decay, std::int64_t size) const override;
  GradientFacts look_at(const float* gradients, std::int64_t size) const override;

 private:
  cudaStream_t (*stream_)();
};

}  // namespace galen::trainer
