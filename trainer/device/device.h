#pragma once

#include "comm/communicator.h"
#include "trainer/device/device_choice.h"

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

namespace galen::trainer {

class CudaModule;

/// Where a worker computes, and the code that is particular to it.
struct ComputeDevice {
  at::Device device = at::kCPU;
  const CudaModule* cuda = nullptr;  ///< trainer/device/cuda_module.h; null on the CPU
  std::string words = {};            ///< for the user: which device it is and, where auto took the CPU, why no GPU
};

/// kCpu; kCuda: this worker's GPU by its rank on the node, through the module galen_cuda; kAuto: a GPU where every rank of `world` has a
/// driver, the module and a GPU of its own, all of one model, else cpu for all, for a reason that ComputeDevice::words tells. What is
/// missing for kCuda is named in a galen::Error.
/// Collective. To be called before anything that asks LibTorch about CUDA: LibTorch remembers the answer.
ComputeDevice select_device(DeviceChoice choice, comm::Communicator& world);

ComputeDevice cpu();

/// A GPU beside the first `taken` that this process sees; none where there is none.
std::optional<ComputeDevice> spare_gpu(int taken);

/// What to do where dlopen of the module galen_cuda, or of what it needs, says `message`.
std::string advice_on_cuda(const std::string& message);

}  // namespace galen::trainer
