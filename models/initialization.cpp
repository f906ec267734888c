#include "models/initialization.h"

#include "galen/random_stream.h"

#include <ATen/core/grad_mode.h>
#include <c10/util/Exception.h>
#include <c10/util/accumulate.h>

#include <cmath>

namespace galen::models {
namespace {

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

constexpr std::uint64_t kParameters = 0x706172616d;  // a kind of its own among the streams of a seed

// U(±limit). LibTorch's own fills depend on the instructions that it finds.
void draw(const at::Tensor& tensor, double limit, RandomStream random) {
  TORCH_CHECK(tensor.is_cpu() && tensor.is_contiguous(), "parameters are drawn on the CPU, in order");
  float* values = tensor.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) values[i] = static_cast<float>(random.uniform(-limit, limit));
}

}  // namespace

void initialize(const Model& model, Initialization initialization, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const RandomStream seeded(seed);
  std::uint64_t position = 0;
  double bias_limit = 0;  // of the layer whose weight came last
  for (const auto& [name, tensor] : model.parameters()) {
    const RandomStream random = seeded.fork(kParameters, position++);
    if (name.ends_with("weight") && tensor.dim() > 1) {
      const Fans fans = fans_of(tensor);
      const double limit = weight_limit(initialization, fans);
      draw(tensor, limit, random);
      bias_limit = initialization == Initialization::kTorch ? 1 / std::sqrt(fans.in) : 0;
    } else if (name.ends_with("weight")) {
      tensor.fill_(1);
      bias_limit = 0;
    } else {
      TORCH_CHECK(name.ends_with("bias"), "no rule to initialise ", name);
      if (bias_limit > 0) {
        draw(tensor, bias_limit, random);
      } else {
        tensor.zero_();
      }
    }
  }
}

}  // namespace galen::models
