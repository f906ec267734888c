#include "trainer/cuda/cuda_module.h"

#include "trainer/cuda/cuda_update_kernels.h"

#include <ATen/Context.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

namespace galen::trainer {

namespace {

class Module final : public CudaModule {
 public:
  int device_count() const override { return c10::cuda::device_count(); }

  // cuDNN otherwise picks among algorithms by timing them, and some of those add in an order that changes from run to run.
  void select(int device) const override {
    c10::cuda::set_device(static_cast<c10::DeviceIndex>(device));
    at::globalContext().setBenchmarkCuDNN(false);
    at::globalContext().setDeterministicCuDNN(true);
  }

  const UpdateKernels& update_kernels() const override { return kernels_; }

 private:
  CudaUpdateKernels kernels_{[] { return c10::cuda::getCurrentCUDAStream().stream(); }};
};

}  // namespace

}  // namespace galen::trainer

extern "C" const galen::trainer::CudaModule* galen_cuda_module() {
  static const galen::trainer::Module module;
  return &module;
}
