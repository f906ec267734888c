#include "models/linear_model.h"

#include "galen/error.h"

#include <ATen/ops/addmm.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdint>
#include <string>

namespace galen::models {
namespace {

void check_table(const ModelOptions& options, const ModelShape& shape) {
  if (shape.input.size() == 1 && shape.vocabulary == 0) return;
  throw UsageError(
      "model.name = {} is for the rows of a table, and each sample is of shape [{}]. Networks take such samples: model.name = cnn28.",
      options.name, fmt::join(shape.input, ", "));
}

std::unique_ptr<Model> make_regression(const ModelOptions& options, const ModelShape& shape, LinearModel::Link link) {
  check_table(options, shape);
  return std::make_unique<LinearModel>(shape, link);
}

}  // namespace

LinearModel::LinearModel(const ModelShape& shape, Link link)
    : link_(link),
      weight_(at::zeros({shape.outputs, shape.input.front()}, at::kDouble)),
      bias_(at::zeros({shape.outputs}, at::kDouble)),
      target_(at::tensor({0.0, 1.0}, at::kDouble)) {
  const std::int64_t size = shape.outputs * (1 + shape.input.front());
  if (size <= kLargestCovariance) covariance_ = at::zeros({size, size}, at::kDouble);
}

Outputs LinearModel::forward(const Inputs& inputs) {
  at::Tensor outputs = at::addmm(bias_, inputs.only().to(at::kDouble), weight_.t());
  if (link_ == Link::kExponential) outputs = outputs.exp();
  return outputs.sub(target_.select(0, 0)).div(target_.select(0, 1));
}

std::vector<NamedTensor> LinearModel::buffers() const {
  std::vector<NamedTensor> all{{"weight", weight_}, {"bias", bias_}, {"target", target_}};
  if (covariance_.defined()) all.push_back({"covariance", covariance_});
  return all;
}

void LinearModel::to(at::Device device) {
  for (at::Tensor* tensor : {&weight_, &bias_, &target_, &covariance_}) {
    if (tensor->defined()) *tensor = tensor->to(device);
  }
}

std::vector<LayerRow> LinearModel::layers() const {
  return {{fmt::format("coefficients ({} columns{})", weight_.size(1), link_ == Link::kExponential ? ", exponential" : ""),
           {weight_.size(0)},
           weight_.numel() + bias_.numel()}};
}

std::unique_ptr<Model> make_linear_regression(const ModelOptions& options, const ModelShape& shape) {
  return make_regression(options, shape, LinearModel::Link::kIdentity);
}

std::unique_ptr<Model> make_poisson_regression(const ModelOptions& options, const ModelShape& shape) {
  return make_regression(options, shape, LinearModel::Link::kExponential);
}

}  // namespace galen::models
