#pragma once

#include "comm/communicator.h"
#include "trainer/device/device_choice.h"

#include <ATen/core/Tensor.h>

#include <optional>
#include <string>

namespace galen::trainer {

class CudaModule;

/// The device on which a worker computes, and the code specific to it.
struct ComputeDevice {
  at::Device device = at::kCPU;
  const CudaModule* cuda = nullptr;  ///< trainer/device/cuda_module.h; null on the CPU
  std::string words = {};            ///< for the user: the device and, if auto chose the CPU, why no GPU
};

/// kCpu; kCuda: this worker's GPU by its rank on the node, through the module galen_cuda; kAuto: a GPU if every rank of `world` has a
/// driver, the module and its own GPU, all of one model, else cpu for all, with the reason in ComputeDevice::words. Throws galen::Error
/// that names what is missing for kCuda. Collective. Must be called before anything else asks LibTorch about CUDA: LibTorch caches the
/// answer.
ComputeDevice select_device(DeviceChoice choice, comm::Communicator& world);

ComputeDevice cpu();

/// A GPU other than the first `taken` that this process sees; none if there is none.
std::optional<ComputeDevice> spare_gpu(int taken);

/// Advice for `message`, an error of dlopen for the module galen_cuda or one of its dependencies.
std::string advice_on_cuda(const std::string& message);

}  // namespace galen::trainer
