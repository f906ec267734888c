#include "trainer/gradient/parameter_arena.h"

#include "galen/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

namespace galen::trainer {

namespace {

constexpr std::int64_t kAlignment = 64 / sizeof(float);

std::int64_t round_up(std::int64_t elements) { return (elements + kAlignment - 1) / kAlignment * kAlignment; }

}  // namespace

ParameterArena::ParameterArena(models::Model& model, std::int64_t tail) {
  const at::NoGradGuard no_grad;
  const std::vector<models::NamedTensor> parameters = model.parameters();
  if (parameters.empty()) throw Error("the model has no trainable parameters.");

  std::int64_t size = 0;
  for (const auto& [name, tensor] : parameters) {
    if (tensor.scalar_type() != at::kFloat) {
      throw Error("parameter {} of the model is {}, but Galen trains float32 parameters. Convert the model with .float().", name,
                  c10::toString(tensor.scalar_type()));
    }
    slices_.push_back({name, size, size + tensor.numel(), tensor.dim() <= 1});
    size += round_up(tensor.numel());
  }

  const at::TensorOptions options = parameters.front().tensor.options().requires_grad(false);
  values_ = at::zeros({size}, options);
  step_sums_ = at::zeros({size + tail}, options);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const at::Tensor& parameter = parameters[i].tensor;
    const auto view_of = [&](const at::Tensor& flat) {
      return flat.narrow(0, slices_[i].begin, parameter.numel()).view(parameter.sizes());
    };
    at::Tensor value = view_of(values_);
    value.copy_(parameter);
    parameter.set_data(value);
    parameter.mutable_grad() = view_of(step_sums_);
  }
}

at::Tensor ParameterArena::gradients() const { return step_sums_.narrow(0, 0, values_.numel()); }

at::Tensor ParameterArena::tail() const { return step_sums_.narrow(0, values_.numel(), step_sums_.numel() - values_.numel()); }

}  // namespace galen::trainer
