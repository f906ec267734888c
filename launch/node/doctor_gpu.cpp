#include "launch/node/doctor.h"

#include "trainer/device/device.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <string>

namespace galen::launch {

namespace {

using Kind = Finding::Kind;

constexpr char kDriver[] = "libcuda.so.1";
constexpr char kModule[] = "libgalen_cuda.so";
constexpr char kNccl[] = "libnccl.so.2";
constexpr char kGpusAreOptional[] = "Training runs on the CPU.";

template <typename Function>
Function* symbol(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

// Versions come as 1000 · major + 10 · minor.
Finding describe_driver(void* driver) {
  int version = 0;
  symbol<int(int*)>(driver, "cuDriverGetVersion")(&version);
  return {"CUDA driver", fmt::format("for CUDA up to {}.{}", version / 1000, version % 1000 / 10), Kind::kFine, ""};
}

Finding describe_gpus(void* driver) {
  int count = 0;
  if (symbol<int(unsigned)>(driver, "cuInit")(0) != 0 || symbol<int(int*)>(driver, "cuDeviceGetCount")(&count) != 0 || count == 0) {
    return {"GPUs", "none that this process may use", Kind::kMissing,
            "Look at nvidia-smi and at CUDA_VISIBLE_DEVICES; containers need --gpus all. " + std::string(kGpusAreOptional)};
  }
  std::string names;
  for (int device = 0; device < count; ++device) {
    char name[128] = {};
    std::size_t bytes = 0;
    symbol<int(char*, int, int)>(driver, "cuDeviceGetName")(name, sizeof(name), device);
    symbol<int(std::size_t*, int)>(driver, "cuDeviceTotalMem_v2")(&bytes, device);
    names += fmt::format("{}{} ({:.0f} GiB)", names.empty() ? "" : ", ", name, static_cast<double>(bytes) / (1 << 30));
  }
  return {"GPUs", fmt::format("{}: {}", count, names), Kind::kFine, ""};
}

Finding examine_module() {
  if (dlopen(kModule, RTLD_NOW | RTLD_GLOBAL) != nullptr) return {"galen_cuda", "loads", Kind::kFine, ""};
  const std::string message = dlerror();
  return {"galen_cuda", message, Kind::kMissing, "GPUs need it. " + trainer::advice_on_cuda(message)};
}

Finding examine_nccl() {
  void* nccl = dlopen(kNccl, RTLD_LAZY);
  const auto ask = nccl == nullptr ? nullptr : symbol<int(int*)>(nccl, "ncclGetVersion");
  if (ask == nullptr)
    return {"NCCL", std::string(kNccl) + " is not found", Kind::kMissing, "GPUs need it. " + trainer::advice_on_cuda(kNccl)};
  int version = 0;
  ask(&version);
  return {"NCCL", fmt::format("{}.{}.{}", version / 10000, version / 100 % 100, version % 100), Kind::kFine, ""};
}

}  // namespace

std::vector<Finding> examine_gpus() {
  void* driver = dlopen(kDriver, RTLD_LAZY);
  if (driver == nullptr) return {{"CUDA driver", "none", Kind::kMissing, kGpusAreOptional}, examine_module(), examine_nccl()};
  return {describe_driver(driver), describe_gpus(driver), examine_module(), examine_nccl()};
}

}  // namespace galen::launch
