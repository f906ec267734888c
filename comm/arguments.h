#pragma once

#include "comm/communicator.h"

#include <cstdint>
#include <span>

namespace galen::comm {

/// What every implementation of Communicator asks of its arguments. A breach is a bug of the caller, a failed TORCH_CHECK.

/// `values` is contiguous, on `device`, of f32, f64, i64 or u8.
void check_tensor(const char* operation, const at::Tensor& values, at::Device device = at::kCPU);

/// `root` is a rank of the group.
void check_root(const char* operation, int root, int size);

/// `counts` has one entry, not negative, for each rank of the group, and `values` holds their sum.
void check_counts(const char* operation, const at::Tensor& values, std::span<const std::int64_t> counts, int size);

}  // namespace galen::comm
