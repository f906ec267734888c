#pragma once

#include <string>
#include <vector>

namespace galen::launch {

/// A resource of the machine, or a problem with it.
struct Finding {
  enum class Kind { kFine, kMissing, kWrong };

  std::string what;         ///< "shared memory"
  std::string value;        ///< what was found
  Kind kind = Kind::kFine;  ///< missing: training works without it; wrong: training fails or is slow
  std::string advice;       ///< what to do; empty if nothing
};

/// The libraries, the cores, the memory.
std::vector<Finding> examine_machine();

/// CUDA's driver, the GPUs, the module galen_cuda, NCCL. Queries the driver, never LibTorch, which would cache the answer.
std::vector<Finding> examine_gpus();

std::string to_text(const std::vector<Finding>& findings);

}  // namespace galen::launch
