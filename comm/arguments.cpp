#include "comm/arguments.h"

#include <c10/util/Exception.h>

namespace galen::comm {

void check_tensor(const char* operation, const at::Tensor& values, at::Device device) {
  TORCH_CHECK(values.defined(), operation, ": undefined tensor");
  TORCH_CHECK(values.device().type() == device.type() && (device.is_cpu() || values.device() == device), operation, ": tensor on ",
              values.device(), ", not on ", device);
  TORCH_CHECK(values.is_contiguous(), operation, ": tensor is not contiguous");
  switch (values.scalar_type()) {
    case at::kFloat:
    case at::kDouble:
    case at::kLong:
    case at::kByte:
      return;
    default:
      TORCH_CHECK(false, operation, ": dtype ", values.scalar_type(), " is not f32, f64, i64 or u8");
  }
}

void check_root(const char* operation, int root, int size) {
  TORCH_CHECK(0 <= root && root < size, operation, ": root ", root, " in a group of ", size);
}

void check_counts(const char* operation, const at::Tensor& values, std::span<const std::int64_t> counts, int size) {
  TORCH_CHECK(static_cast<int>(counts.size()) == size, operation, ": ", counts.size(), " counts in a group of ", size);
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) {
    TORCH_CHECK(count >= 0, operation, ": count ", count);
    sum += count;
  }
  TORCH_CHECK(sum == values.numel(), operation, ": counts sum to ", sum, ", the tensor holds ", values.numel());
}

}  // namespace galen::comm
