#pragma once

#include "comm/communicator.h"
#include "trainer/optimizer/update_kernels.h"

#include <ATen/core/Tensor.h>

#include <string>

namespace galen::trainer {

/// Where a worker computes, and the code that is particular to it.
struct ComputeDevice {
  at::Device device = at::kCPU;
  const UpdateKernels* update_kernels = nullptr;
};

/// cpu; cuda: this worker's GPU by its rank on the node, through the module galen_cuda; auto: cuda where a driver, the module and a GPU for
/// every rank of the node are there, else cpu. What is missing for "cuda" is named in a galen::Error. To be called before anything that
/// asks LibTorch about CUDA: LibTorch remembers the answer.
ComputeDevice select_device(const std::string& name, const comm::Communicator& world);

/// Sets the threads of LibTorch on this worker: `requested`, else OMP_NUM_THREADS, else the worker's share of the node's cores. Returns
/// the number.
int set_threads(int requested, const comm::Communicator& world);

}  // namespace galen::trainer
