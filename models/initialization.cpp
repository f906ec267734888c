#include "models/initialization.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <c10/util/accumulate.h>

#include <cmath>

namespace galen::models {
namespace {

// SplitMix64's finaliser, so that seeds next to each other draw unrelated numbers [Steele et al., 2014].
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

struct Fans {
  double in, out;
};

// Weights are [out, in] or [out, in, kernel…].
Fans fans_of(const at::Tensor& weight) {
  const auto field = static_cast<double>(c10::multiply_integers(weight.sizes().slice(2)));
  return {static_cast<double>(weight.size(1)) * field, static_cast<double>(weight.size(0)) * field};
}

double weight_limit(Initialization initialization, const Fans& fans) {
  return initialization == Initialization::kGlorot ? std::sqrt(6 / (fans.in + fans.out)) : 1 / std::sqrt(fans.in);
}

}  // namespace

void initialize(const Model& model, Initialization initialization, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const std::uint64_t stream = mixed(seed);
  std::uint64_t position = 0;
  double bias_limit = 0;  // of the layer whose weight came last
  for (const auto& [name, tensor] : model.parameters()) {
    const auto generator = at::make_generator<at::CPUGeneratorImpl>(mixed(stream + ++position));
    if (name.ends_with("weight") && tensor.dim() > 1) {
      const Fans fans = fans_of(tensor);
      const double limit = weight_limit(initialization, fans);
      tensor.uniform_(-limit, limit, generator);
      bias_limit = initialization == Initialization::kTorch ? 1 / std::sqrt(fans.in) : 0;
    } else if (name.ends_with("weight")) {
      tensor.fill_(1);
      bias_limit = 0;
    } else {
      TORCH_CHECK(name.ends_with("bias"), "no rule to initialise ", name);
      tensor.uniform_(-bias_limit, bias_limit, generator);
    }
  }
}

}  // namespace galen::models
