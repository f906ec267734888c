#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace galen {

/// NVIDIA's driver library, libcuda.so.1, which is looked for while the program runs: without it everything but GPUs works. LibTorch is
/// not asked, as it remembers an answer that it gives without its CUDA part.
class CudaDriver {
 public:
  static constexpr char kLibrary[] = "libcuda.so.1";

  struct Gpu {
    std::string name;
    std::int64_t bytes = 0;  ///< of memory
  };

  /// Nothing where this machine has no driver.
  static std::optional<CudaDriver> load();

  /// The newest CUDA that it supports: 13.1 is 13010. 0 where it does not say.
  int version() const;

  /// GPUs that this process may use; 0 where the driver fails. A process that asks keeps the driver's threads and holds its GPUs, and the
  /// first answer takes seconds where the driver starts many GPUs.
  int count_gpus() const;

  /// GPU 0 … count_gpus() - 1.
  Gpu describe(int device) const;

 private:
  explicit CudaDriver(void* library) : library_(library) {}

  void* library_;  // stays loaded until the process ends
};

}  // namespace galen
