#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// NVIDIA's driver library, libcuda.so.1, loaded at run time: without it everything except GPUs works. LibTorch is not used for this,
/// because it caches the answer that it gives without its CUDA part.
class CudaDriver {
 public:
  static constexpr char kLibrary[] = "libcuda.so.1";

  struct Gpu {
    std::string name;
    std::int64_t bytes = 0;  ///< GPU memory
  };

  /// Empty if this machine has no driver.
  static std::optional<CudaDriver> load();

  /// The newest CUDA version that it supports: 13.1 is 13010. 0 if unknown.
  int version() const;

  /// GPUs that this process may use; 0 if the driver fails. The call starts the driver's threads and opens the GPUs, and the
  /// first call takes seconds on machines with many GPUs.
  int count_gpus() const;

  /// GPU 0 … count_gpus() - 1.
  Gpu describe(int device) const;

 private:
  explicit CudaDriver(void* library) : library_(library) {}

  void* library_;  // stays loaded until the process ends
};

}  // namespace galen
