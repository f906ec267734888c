#include "trainer/gradient/cuda/cuda_gradient_facts.h"

#include "galen/error.h"

#include <limits>

namespace galen::trainer {

namespace {

// The same additions in the same order at every call, and on every GPU, for any number of multiprocessors: a fixed grid, and no
// atomics.
constexpr int kThreads = 256;
constexpr int kBlocks = 1024;
constexpr int kPartsAThread = kBlocks / kThreads;
constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

/// The facts about some elements.
struct Part {
  double sum_of_squares;
  std::int64_t first_nonfinite;
};

__device__ Part part_of_block[kBlocks];
__device__ Part part_of_all;

__device__ Part joined(const Part& left, const Part& right) {
  return {left.sum_of_squares + right.sum_of_squares,
          left.first_nonfinite < right.first_nonfinite ? left.first_nonfinite : right.first_nonfinite};
}

// Joins the facts of a block's threads along a tree.
__device__ void join_threads(const Part& mine, Part& whole) {
  __shared__ Part parts[kThreads];
  parts[threadIdx.x] = mine;
  for (unsigned width = kThreads / 2; width > 0; width /= 2) {
    __syncthreads();
    if (threadIdx.x < width) parts[threadIdx.x] = joined(parts[threadIdx.x], parts[threadIdx.x + width]);
  }
  if (threadIdx.x == 0) whole = parts[0];
}

__global__ void look_at_elements(const float* __restrict__ gradients, std::int64_t size) {
  constexpr std::int64_t kStride = std::int64_t{kBlocks} * kThreads;
  Part mine{0, kNone};
#pragma unroll 4
  for (std::int64_t i = std::int64_t{blockIdx.x} * kThreads + threadIdx.x; i < size; i += kStride) {
    const double value = gradients[i];
    mine.sum_of_squares += value * value;
    if (!isfinite(value) && mine.first_nonfinite == kNone) mine.first_nonfinite = i;
  }
  join_threads(mine, part_of_block[blockIdx.x]);
}

__global__ void join_blocks() {
  Part mine = part_of_block[threadIdx.x * kPartsAThread];
  for (int p = 1; p < kPartsAThread; ++p) mine = joined(mine, part_of_block[threadIdx.x * kPartsAThread + p]);
  join_threads(mine, part_of_all);
}

}  // namespace

GradientFacts look_at_on_gpu(const float* gradients, std::int64_t size, cudaStream_t stream) {
  look_at_elements<<<kBlocks, kThreads, 0, stream>>>(gradients, size);
  join_blocks<<<1, kThreads, 0, stream>>>();
  Part all{};
  cudaError_t status = cudaGetLastError();
  if (status == cudaSuccess) status = cudaMemcpyFromSymbolAsync(&all, part_of_all, sizeof all, 0, cudaMemcpyDeviceToHost, stream);
  if (status == cudaSuccess) status = cudaStreamSynchronize(stream);
  if (status != cudaSuccess) throw Error("the norm of the gradients cannot be computed on the GPU: {}.", cudaGetErrorString(status));
  return {all.sum_of_squares, all.first_nonfinite == kNone ? -1 : all.first_nonfinite};
}

}  // namespace galen::trainer
