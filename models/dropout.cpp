#include "models/dropout.h"

#include "galen/splitmix64.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>

#include <cstdint>
#include <mutex>

namespace galen::models {
namespace {

std::uint64_t draw() {
  at::Generator generator = at::detail::getDefaultCPUGenerator();
  const std::lock_guard lock(generator.mutex());
  return at::check_generator<at::CPUGeneratorImpl>(generator)->random64();
}

// 0 with probability `p`, else 1 / (1 - p). A hash of 64 bits decides on two elements.
at::Tensor make_mask(at::IntArrayRef shape, double p, std::uint64_t key) {
  at::Tensor mask = at::empty(shape, at::kFloat);
  float* values = mask.mutable_data_ptr<float>();
  const float kept = static_cast<float>(1 / (1 - p));
  const auto dropped = static_cast<std::uint64_t>(p * 0x1p32);
  const auto count = static_cast<std::uint64_t>(mask.numel());
  for (std::uint64_t i = 0; i < count; i += 2) {
    const std::uint64_t bits = splitmix64(key + kGoldenRatio * (i / 2));
    values[i] = (bits >> 32) < dropped ? 0 : kept;
    if (i + 1 < count) values[i + 1] = (bits & 0xffffffff) < dropped ? 0 : kept;
  }
  return mask;
}

}  // namespace

at::Tensor DropoutImpl::forward(const at::Tensor& input) {
  if (!is_training() || !input.is_cpu()) return torch::nn::DropoutImpl::forward(input);
  return input.mul(make_mask(input.sizes(), options.p(), splitmix64(draw())));
}

}  // namespace galen::models
