#pragma once

#include "comm/communicator.h"
#include "comm/gpus.h"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace galen::trainer {

class UpdateKernels;

/// The interface of the shared module galen_cuda: the only part of the program that is linked to CUDA, loaded when a GPU is used.
class CudaModule {
 public:
  virtual ~CudaModule() = default;

  virtual int device_count() const = 0;              ///< GPUs that this process sees
  virtual comm::Gpu describe(int device) const = 0;  ///< bus id and model
  virtual void select(int device) const = 0;         ///< makes `device` the calling thread's current one, for LibTorch and for the kernels
  virtual const UpdateKernels& update_kernels() const = 0;  ///< trainer/gradient/optimizer/update_kernels.h

  /// Pins CPU memory, so that copies from the GPU into it are asynchronous, until the handle is released. The handle owns `owner`, which
  /// owns the memory: it is not unmapped while it is pinned.
  virtual std::shared_ptr<void> pin(std::span<std::byte> memory, std::shared_ptr<const void> owner) const = 0;

  /// comm/cuda/nccl_communicator.h
  virtual std::unique_ptr<comm::Communicator> make_communicator(comm::Communicator& host, at::Device device,
                                                                std::vector<at::Tensor> registered) const = 0;
};

}  // namespace galen::trainer

/// The module's one entry point, found by dlsym.
extern "C" const galen::trainer::CudaModule* galen_cuda_module();
