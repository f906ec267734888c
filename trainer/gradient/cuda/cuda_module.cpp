#include "trainer/device/cuda_module.h"

#include "comm/cuda/nccl_communicator.h"
#include "galen/error.h"
#include "trainer/gradient/cuda/cuda_update_kernels.h"

#include <ATen/Context.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime_api.h>

#include <array>
#include <utility>

namespace galen::trainer {

namespace {

void check_cuda(cudaError_t status) {
  if (status != cudaSuccess) throw Error("the GPU does not respond ({}). Check it with nvidia-smi.", cudaGetErrorString(status));
}

class Module final : public CudaModule {
 public:
  int device_count() const override { return c10::cuda::device_count(); }

  comm::Gpu describe(int device) const override {
    std::array<char, 32> bus_id{};
    check_cuda(cudaDeviceGetPCIBusId(bus_id.data(), static_cast<int>(bus_id.size()), device));
    cudaDeviceProp properties{};
    check_cuda(cudaGetDeviceProperties(&properties, device));
    return {bus_id.data(), properties.name, "", ""};
  }

  // Otherwise cuDNN chooses algorithms by timing them, and some of those add in an order that changes from run to run.
  void select(int device) const override {
    c10::cuda::set_device(static_cast<c10::DeviceIndex>(device));
    at::globalContext().setBenchmarkCuDNN(false);
    at::globalContext().setDeterministicCuDNN(true);
  }

  const UpdateKernels& update_kernels() const override { return kernels_; }

  std::shared_ptr<void> pin(std::span<std::byte> memory, std::shared_ptr<const void> owner) const override {
    check_cuda(cudaHostRegister(memory.data(), memory.size(), cudaHostRegisterPortable));
    return {memory.data(), [owner = std::move(owner)](void* place) { cudaHostUnregister(place); }};
  }

  std::unique_ptr<comm::Communicator> make_communicator(comm::Communicator& host, at::Device device,
                                                        std::vector<at::Tensor> registered) const override {
    return comm::make_nccl_communicator(host, device, std::move(registered));
  }

 private:
  CudaUpdateKernels kernels_{[] { return c10::cuda::getCurrentCUDAStream().stream(); }};
};

}  // namespace

}  // namespace galen::trainer

extern "C" const galen::trainer::CudaModule* galen_cuda_module() {
  static const galen::trainer::Module module;
  return &module;
}
