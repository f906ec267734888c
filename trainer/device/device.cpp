#include "trainer/device/device.h"

#include "comm/collectives.h"
#include "comm/gpus.h"
#include "galen/cuda_driver.h"
#include "galen/error.h"
#include "galen/host.h"
#include "trainer/device/cuda_module.h"

#include <dlfcn.h>

#include <algorithm>

namespace galen::trainer {

namespace {

const CudaModule& load_cuda_module() {
  if (!CudaDriver::load()) {
    throw Error("this machine has no NVIDIA driver (libcuda.so.1 is not found). Install the driver, or use device = cpu.");
  }
  void* library = dlopen("libgalen_cuda.so", RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) {
    const std::string message = dlerror();
    throw Error("the module galen_cuda cannot be loaded ({}). {}", message, advice_on_cuda(message));
  }
  const auto entry = reinterpret_cast<decltype(&galen_cuda_module)>(dlsym(library, "galen_cuda_module"));
  if (entry == nullptr) throw Error("libgalen_cuda.so is not the module of Galen ({}).", dlerror());
  return *entry();
}

/// A GPU that this rank could use.
struct Candidate {
  const CudaModule* cuda = nullptr;
  int index = 0;
  comm::Gpu gpu;
};

// A scheduler may make a different GPU visible to each rank: only the ranks together can check that their GPUs differ.
Candidate find_gpu(const comm::Communicator& world) {
  const CudaModule& cuda = load_cuda_module();
  const int devices = cuda.device_count();
  if (devices == 0) throw Error("this process sees no GPU. Check nvidia-smi and CUDA_VISIBLE_DEVICES; containers need --gpus all.");
  const int index = world.node_rank() % devices;
  return {&cuda, index, cuda.describe(index)};
}

ComputeDevice gpu(const CudaModule& cuda, int index) {
  cuda.select(index);
  const at::Device device(at::kCUDA, static_cast<at::DeviceIndex>(index));
  return {device, &cuda, device.str()};
}

// The objection of the first rank that has one, on every rank. Collective.
std::string first_to_miss(const std::string& missing, comm::Communicator& world) {
  const std::vector<std::string> all = comm::all_gather(world, missing.empty() ? "" : host_name() + ": " + missing);
  const auto first = std::find_if(all.begin(), all.end(), [](const std::string& words) { return !words.empty(); });
  if (first == all.end()) return "";
  return world.size() == 1 ? missing : fmt::format("rank {} on {}", first - all.begin(), *first);
}

}  // namespace

ComputeDevice select_device(DeviceChoice choice, comm::Communicator& world) {
  Candidate mine;
  std::string missing;
  try {
    if (choice != DeviceChoice::kCpu) mine = find_gpu(world);
  } catch (const Error& error) {
    if (choice == DeviceChoice::kCuda) throw Error("device = cuda: {}", error.what());
    missing = error.what();  // expected with auto on a machine without a GPU
  }
  // Also with cpu: ranks whose options differ are refused later, and must not hang here.
  std::string objection = comm::objection_to(comm::gather_gpus(world, mine.gpu));
  if (choice == DeviceChoice::kCuda && !objection.empty()) throw Error("device = cuda: {}", objection);
  if (const std::string why = first_to_miss(missing, world); !why.empty()) objection = why;
  if (choice == DeviceChoice::kCpu || !objection.empty()) {
    ComputeDevice chosen = cpu();
    if (choice == DeviceChoice::kAuto) chosen.words += fmt::format(", because device = auto found no usable GPU: {}", objection);
    return chosen;
  }
  ComputeDevice chosen = gpu(*mine.cuda, mine.index);
  chosen.words = fmt::format("{}, {}", chosen.device.str(), mine.gpu.model);
  if (world.size() > 1) chosen.words += "; one GPU for each rank";
  return chosen;
}

ComputeDevice cpu() { return {at::kCPU, nullptr, "cpu"}; }

std::optional<ComputeDevice> spare_gpu(int taken) {
  const CudaModule& cuda = load_cuda_module();
  if (cuda.device_count() <= taken) return std::nullopt;
  return gpu(cuda, taken);
}

std::string advice_on_cuda(const std::string& message) {
  const auto speaks_of = [&](const char* library) { return message.find(library) != std::string::npos; };
  if (speaks_of("libgalen_cuda.so: cannot open"))
    return "It is built only if nvcc is on the PATH and NCCL is installed: install the CUDA toolkit and NCCL, and build again.";
  if (speaks_of("nccl"))
    return "Install NCCL (Debian's libnccl2, or the wheel nvidia-nccl-cu13), at least as new as LibTorch's, or put its folder on "
           "LD_LIBRARY_PATH.";
  if (speaks_of("libcuda.so")) return "Install NVIDIA's driver; containers need --gpus all.";
  return "LibTorch's CUDA libraries are incomplete: run launch/setup.sh on this machine, or put the library's folder on LD_LIBRARY_PATH.";
}

}  // namespace galen::trainer
