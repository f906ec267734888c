#include "models/module_model.h"

#include "models/linear.h"
#include "models/named_tensors.h"
#include "models/strict_products.h"

#include <ATen/ops/zeros.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/container/sequential.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace galen::models {
namespace {

std::vector<NamedTensor> listed(const torch::OrderedDict<std::string, at::Tensor>& tensors) {
  std::vector<NamedTensor> list;
  for (const auto& tensor : tensors) list.push_back({tensor.key(), tensor.value()});
  return list;
}

NamedTensors tensors_of(const torch::nn::Module& module) {
  return sort_tensors(listed(module.named_parameters()), listed(module.named_buffers()));
}

std::int64_t count(const std::vector<NamedTensor>& tensors) {
  std::int64_t elements = 0;
  for (const NamedTensor& tensor : tensors) elements += tensor.tensor.numel();
  return elements;
}

// "Conv2d 3×3": the class without its namespace and LibTorch's suffix, and the kernel where the weight has one.
std::string kind_of(const torch::nn::Module& module) {
  std::string kind = module.name();
  if (const auto scope = kind.rfind("::"); scope != std::string::npos) kind.erase(0, scope + 2);
  if (kind.ends_with("Impl")) kind.erase(kind.size() - 4);
  const auto own = module.named_parameters(/*recurse=*/false);
  if (const auto* weight = own.find("weight"); weight && weight->defined() && weight->dim() > 2) {
    kind += fmt::format(" {}", fmt::join(weight->sizes().slice(2), "×"));
  }
  return kind;
}

LayerRow row_of(const std::string& name, const torch::nn::Module& module) {
  return {fmt::format("{} ({})", name, kind_of(module)), {}, count(tensors_of(module).parameters)};
}

// Runs one sample of zeros through the layers.
void trace_shapes(torch::nn::SequentialImpl& network, const std::vector<std::int64_t>& sample_shape, std::vector<LayerRow>& rows) {
  const at::NoGradGuard no_grad;
  const bool training = network.is_training();
  network.eval();
  std::vector<std::int64_t> batch_shape = sample_shape;
  batch_shape.insert(batch_shape.begin(), 1);
  const auto parameters = network.parameters();
  at::Tensor values = at::zeros(batch_shape, parameters.empty() ? at::kCPU : parameters.front().device());
  auto row = rows.begin();
  for (torch::nn::AnyModule& layer : network) {
    values = layer.forward(values);
    (row++)->output_shape = values.sizes().slice(1).vec();
  }
  network.train(training);
}

}  // namespace

ModuleModel::ModuleModel(std::shared_ptr<torch::nn::Module> module, Forward forward, OutputForm form,
                         std::vector<std::int64_t> sample_shape)
    : module_(std::move(module)), forward_(std::move(forward)), form_(form), sample_shape_(std::move(sample_shape)) {
  make_products_strict();
  const std::vector<NamedTensor> all = parameters();
  for (const auto& part : module_->modules()) {
    auto* layer = part->as<LinearImpl>();
    if (layer == nullptr) continue;
    const auto weight = std::find_if(all.begin(), all.end(), [&](const NamedTensor& named) { return named.tensor.is_same(layer->weight); });
    if (weight != all.end()) dense_layers_.push_back({layer, static_cast<std::size_t>(weight - all.begin())});
  }
}

std::vector<NamedTensor> ModuleModel::parameters() const { return tensors_of(*module_).parameters; }

std::vector<NamedTensor> ModuleModel::buffers() const { return tensors_of(*module_).buffers; }

void ModuleModel::offer_gradients(const std::vector<at::Tensor>& memory) {
  for (const auto& [layer, weight] : dense_layers_) layer->offer_gradient(memory[weight]);
}

void ModuleModel::set_training(bool training) { module_->train(training); }

void ModuleModel::to(at::Device device) { module_->to(device); }

std::vector<LayerRow> ModuleModel::layers() const {
  std::vector<LayerRow> rows;
  for (const auto& child : module_->named_children()) rows.push_back(row_of(child.key(), *child.value()));
  if (auto* sequential = module_->as<torch::nn::Sequential>(); sequential && !sample_shape_.empty()) {
    trace_shapes(*sequential, sample_shape_, rows);
  }
  const NamedTensors own = sort_tensors(listed(module_->named_parameters(/*recurse=*/false)), {});
  if (!own.parameters.empty()) rows.push_back({kind_of(*module_), {}, count(own.parameters)});
  return rows;
}

}  // namespace galen::models
