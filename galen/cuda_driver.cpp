#include "galen/cuda_driver.h"

#include <dlfcn.h>

#include <array>

namespace galen {

namespace {

// Calls a function of the library; all return 0 for success. A missing function counts as a failure.
template <typename... Parameters, typename... Arguments>
bool ask(void* library, const char* function, int (*)(Parameters...), Arguments... arguments) {
  const auto call = reinterpret_cast<int (*)(Parameters...)>(dlsym(library, function));
  return call != nullptr && call(arguments...) == 0;
}

template <typename... Parameters>
constexpr int (*kSignature)(Parameters...) = nullptr;

}  // namespace

std::optional<CudaDriver> CudaDriver::load() {
  void* library = dlopen(kLibrary, RTLD_LAZY);
  return library == nullptr ? std::nullopt : std::optional(CudaDriver(library));
}

int CudaDriver::version() const {
  int version = 0;
  return ask(library_, "cuDriverGetVersion", kSignature<int*>, &version) ? version : 0;
}

int CudaDriver::count_gpus() const {
  int count = 0;
  return ask(library_, "cuInit", kSignature<unsigned>, 0U) && ask(library_, "cuDeviceGetCount", kSignature<int*>, &count) ? count : 0;
}

CudaDriver::Gpu CudaDriver::describe(int device) const {
  std::array<char, 128> name = {};
  std::size_t bytes = 0;
  ask(library_, "cuDeviceGetName", kSignature<char*, int, int>, name.data(), static_cast<int>(name.size() - 1), device);
  ask(library_, "cuDeviceTotalMem_v2", kSignature<std::size_t*, int>, &bytes, device);
  return {name.data(), static_cast<std::int64_t>(bytes)};
}

}  // namespace galen
