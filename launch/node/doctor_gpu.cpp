#include "launch/node/doctor.h"

#include "galen/cuda_driver.h"
#include "galen/size_text.h"
#include "trainer/device/device.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>

namespace galen::launch {

namespace {

using Kind = Finding::Kind;

constexpr char kModule[] = "libgalen_cuda.so";
constexpr char kNccl[] = "libnccl.so.2";
constexpr char kGpusAreOptional[] = "Training runs on the CPU.";

template <typename Function>
Function* symbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

// Versions are 1000 · major + 10 · minor.
Finding describe_driver(const CudaDriver& driver) {
  const int version = driver.version();
  return {"CUDA driver", fmt::format("for CUDA up to {}.{}", version / 1000, version % 1000 / 10), Kind::kFine, ""};
}

Finding describe_gpus(const CudaDriver& driver) {
  const int count = driver.count_gpus();
  if (count == 0) {
    return {"GPUs", "none that this process may use", Kind::kMissing,
            "Check nvidia-smi and CUDA_VISIBLE_DEVICES; containers need --gpus all. " + std::string(kGpusAreOptional)};
  }
  std::string names;
  for (int device = 0; device < count; ++device) {
    const auto [name, bytes] = driver.describe(device);
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", name, size_text(bytes));
  }
  return {"GPUs", fmt::format("{}: {}", count, names), Kind::kFine, ""};
}

Finding examine_module() {
  if (dlopen(kModule, RTLD_NOW | RTLD_GLOBAL) != nullptr) return {"galen_cuda", "loads", Kind::kFine, ""};
  const std::string message = dlerror();
  return {"galen_cuda", message, Kind::kMissing, "It is needed for GPUs. " + trainer::advice_on_cuda(message)};
}

Finding examine_nccl() {
  void* nccl = dlopen(kNccl, RTLD_LAZY);
  const auto ask = nccl == nullptr ? nullptr : symbol<int(int*)>(nccl, "ncclGetVersion");
  if (ask == nullptr)
    return {"NCCL", std::string(kNccl) + " is not found", Kind::kMissing, "It is needed for GPUs. " + trainer::advice_on_cuda(kNccl)};
  int version = 0;
  ask(&version);
  return {"NCCL", fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100), Kind::kFine, ""};
}

}  // namespace

std::vector<Finding> examine_gpus() {
  const std::optional<CudaDriver> driver = CudaDriver::load();
  if (!driver) return {{"CUDA driver", "none", Kind::kMissing, kGpusAreOptional}, examine_module(), examine_nccl()};
  return {describe_driver(*driver), describe_gpus(*driver), examine_module(), examine_nccl()};
}

}  // namespace galen::launch
