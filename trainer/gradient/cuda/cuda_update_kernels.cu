#include "trainer/gradient/cuda/cuda_update_kernels.h"

#include "galen/error.h"
#include "trainer/gradient/cuda/cuda_gradient_facts.h"

#include <algorithm>

namespace galen::trainer {

namespace {

constexpr int kThreads = 256;
constexpr std::int64_t kMaxBlocks = 4096;

/// The elements that every rule updates.
struct Elements {
  float* values;
  const float* gradients;
  float decay;
  std::int64_t size;
};

// A grid-stride loop over the arena; `State` are the rule's one or two state arrays.
template <typename Rule, typename... State>
__global__ void update(Rule rule, Elements elements, State*... state) {
  const std::int64_t stride = static_cast<std::int64_t>(gridDim.x) * blockDim.x;
  for (std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < elements.size; i += stride) {
    rule(elements.values[i], elements.gradients[i], state[i]..., elements.decay);
  }
}

template <typename Rule, typename... State>
void launch(cudaStream_t stream, const Elements& elements, const Rule& rule, State*... state) {
  if (elements.size == 0) return;
  const auto blocks = static_cast<unsigned>(std::min(kMaxBlocks, (elements.size + kThreads - 1) / kThreads));
  update<<<blocks, kThreads, 0, stream>>>(rule, elements, state...);
  if (const cudaError_t status = cudaGetLastError(); status != cudaSuccess) {
    throw Error("the optimiser's kernel cannot be started on the GPU: {}.", cudaGetErrorString(status));
  }
}

}  // namespace

void CudaUpdateKernels::sgd(const SgdRule& rule, float* values, const float* gradients, float* velocity, float decay,
                            std::int64_t size) const {
  launch(stream_(), {values, gradients, decay, size}, rule, velocity);
}

void CudaUpdateKernels::adam(const AdamRule& rule, float* values, const float* gradients, Moments moments, float decay,
                             std::int64_t size) const {
  launch(stream_(), {values, gradients, decay, size}, rule, moments.first, moments.second);
}

GradientFacts CudaUpdateKernels::look_at(const float* gradients, std::int64_t size) const {
  return look_at_on_gpu(gradients, size, stream_());
}

}  // namespace galen::trainer
