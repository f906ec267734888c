#pragma once

#include <string>
#include <vector>

namespace galen::launch {

/// Something that the machine offers or lacks.
struct Finding {
  enum class Kind { kFine, kMissing, kWrong };

  std::string what;         ///< "shared memory"
  std::string value;        ///< what was found
  Kind kind = Kind::kFine;  ///< missing: training works without it; wrong: it will fail or be slow
  std::string advice;       ///< what to do; empty where all is well
};

/// The libraries that Galen runs on, the cores, the memory.
std::vector<Finding> examine_machine();

/// CUDA's driver, the GPUs, the module galen_cuda, NCCL. Asks the driver, never LibTorch, which would remember the answer.
std::vector<Finding> examine_gpus();

std::string to_text(const std::vector<Finding>& findings);

}  // namespace galen::launch
