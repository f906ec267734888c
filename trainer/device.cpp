#include "trainer/device.h"

#include "galen/error.h"
#include "trainer/cuda/cuda_module.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace galen::trainer {

namespace {

// Only dlopen is asked about the driver: LibTorch would remember the answer that it gives without its CUDA part.
const CudaModule& load_cuda_module() {
  if (dlopen("libcuda.so.1", RTLD_LAZY) == nullptr) {
    throw Error("device = cuda: this machine has no NVIDIA driver (libcuda.so.1 is not there). Use device = cpu, or install the driver.");
  }
  void* library = dlopen("libgalen_cuda.so", RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) {
    throw Error(
        "device = cuda: the module galen_cuda cannot be loaded ({}). It is built where nvcc is on the PATH, and needs LibTorch with CUDA.",
        dlerror());
  }
  const auto entry = reinterpret_cast<decltype(&galen_cuda_module)>(dlsym(library, "galen_cuda_module"));
  if (entry == nullptr) throw Error("device = cuda: libgalen_cuda.so is not Galen's ({}).", dlerror());
  return *entry();
}

ComputeDevice select_gpu(const comm::Communicator& world) {
  const CudaModule& cuda = load_cuda_module();
  const int devices = cuda.device_count();
  if (devices < world.node_size()) {
    throw Error("device = cuda: {} ranks run on this node, but it offers {} GPUs. Start one rank a GPU, or look at CUDA_VISIBLE_DEVICES.",
                world.node_size(), devices);
  }
  cuda.select(world.node_rank());
  return {at::Device(at::kCUDA, static_cast<at::DeviceIndex>(world.node_rank())), &cuda.update_kernels()};
}

}  // namespace

ComputeDevice select_device(const std::string& name, const comm::Communicator& world) {
  if (name == "cuda") return select_gpu(world);
  if (name != "cpu" && name != "auto") throw UsageError("device = {} is not known. Choose cpu, cuda or auto.", name);
  if (name == "auto") {
    try {
      return select_gpu(world);
    } catch (const Error&) {
      // Nothing to say: a machine without a GPU is what auto is for. `galen doctor` tells what is missing.
    }
  }
  return {at::kCPU, &cpu_update_kernels()};
}

int set_threads(int requested, const comm::Communicator& world) {
  if (requested < 0) throw UsageError("trainer.threads must be 0 (this worker's share of the cores) or more.");
  if (requested == 0) {
    const char* environment = std::getenv("OMP_NUM_THREADS");
    requested = environment != nullptr ? std::atoi(environment) : 0;
  }
  if (requested <= 0) requested = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / world.node_size());
  at::set_num_threads(requested);
  return requested;
}

}  // namespace galen::trainer
