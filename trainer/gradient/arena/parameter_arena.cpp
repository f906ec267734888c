#include "trainer/gradient/arena/parameter_arena.h"

#include "galen/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/zeros.h>

#include <algorithm>

namespace galen::trainer {

std::int64_t ParameterArena::aligned(std::int64_t elements) {
  constexpr std::int64_t kAlignment = 64 / sizeof(float);
  return (elements + kAlignment - 1) / kAlignment * kAlignment;
}

ParameterArena::ParameterArena(models::Model& model, comm::Node& node) : node_(node) {
  const at::NoGradGuard no_grad;
  const std::vector<models::NamedTensor> parameters = model.parameters();
  if (parameters.empty()) throw Error("the model has no trainable parameters.");

  std::int64_t size = 0;
  for (const auto& [name, tensor] : parameters) {
    if (tensor.scalar_type() != at::kFloat) {
      throw Error("parameter {} of the model is {}, but Galen trains float32 parameters. Convert the model with .float().", name,
                  c10::toString(tensor.scalar_type()));
    }
    slices_.push_back({name, size, size + tensor.numel(), tensor.dim() > 0 ? tensor.size(0) : 1, tensor.dim() <= 1});
    shapes_.push_back(tensor.sizes().vec());
    size += aligned(tensor.numel());
  }

  const at::Device device = parameters.front().tensor.device();
  values_ = device.is_cpu() ? node_.zeros(size, at::kFloat) : at::zeros({size}, at::TensorOptions(at::kFloat).device(device));
  const std::vector<at::Tensor> views = views_of(values_);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!on_cpu() || node_.rank() == 0) views[i].copy_(parameters[i].tensor);
    parameters[i].tensor.set_data(views[i]);
  }
  node_.barrier("set-up of the parameters");
}

const std::string& ParameterArena::parameter_at(std::int64_t element) const {
  const auto after = std::upper_bound(slices_.begin(), slices_.end(), element,
                                      [](std::int64_t place, const ParameterSlice& slice) { return place < slice.begin; });
  return std::prev(after)->name;
}

at::Tensor ParameterArena::shared(std::int64_t elements) const {
  return on_cpu() ? node_.zeros(elements, at::kFloat) : at::zeros({elements}, values_.options());
}

at::Tensor ParameterArena::rows(std::int64_t elements) const {
  return on_cpu() ? node_.zeros(node_.size() * elements, at::kFloat).view({node_.size(), elements})
                  : at::zeros({1, elements}, values_.options());
}

std::vector<at::Tensor> ParameterArena::views_of(const at::Tensor& flat) const {
  std::vector<at::Tensor> views;
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    views.push_back(flat.narrow(0, slices_[i].begin, slices_[i].end - slices_[i].begin).view(shapes_[i]));
  }
  return views;
}

}  // namespace galen::trainer
