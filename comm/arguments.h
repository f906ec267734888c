#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <span>

namespace galen::comm {

/// Checks of arguments, common to all implementations of Communicator. A violation is a bug of the caller: a failed TORCH_CHECK.

/// `values` is contiguous, on `device`, with dtype f32, f64, i64 or u8.
void check_tensor(const char* operation, const at::Tensor& values, at::Device device = at::kCPU);

/// `root` is a rank of the group.
void check_root(const char* operation, int root, int size);

/// `counts` has one entry >= 0 for each rank of the group, and `values` has their sum of elements.
void check_counts(const char* operation, const at::Tensor& values, std::span<const std::int64_t> counts, int size);

}  // namespace galen::comm
