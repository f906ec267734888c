#include "models/dense_net.h"

#include "galen/error.h"
#include "models/dropout.h"
#include "models/linear.h"
#include "models/module_model.h"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>

#include <ATen/ops/batch_norm.h>
#include <c10/util/accumulate.h>
#include <fmt/format.h>

#include <utility>

namespace galen::models {

namespace nn = torch::nn;

namespace {

// A lane of a single sample has no statistics of its own: it is normalised by the running averages, and leaves them as they are.
struct DenseNormImpl : nn::BatchNorm1dImpl {
  using nn::BatchNorm1dImpl::BatchNorm1dImpl;

  at::Tensor forward(const at::Tensor& input) {
    if (!is_training() || input.size(0) > 1) return nn::BatchNorm1dImpl::forward(input);
    return at::batch_norm(input, weight, bias, running_mean, running_var, /*training=*/false, *options.momentum(), options.eps(),
                          /*cudnn_enabled=*/true);
  }
};
TORCH_MODULE(DenseNorm);

}  // namespace

std::unique_ptr<Model> make_dense_net(const ModelOptions& options, const ModelShape& shape) {
  if (!options.filters.empty())
    throw UsageError("model.filters belongs to the convolutional networks; model.name = {} has none.", options.name);
  const OutputForm form = chosen_output(options, shape, OutputForm::kLogits);
  nn::Sequential network;
  network->push_back("flatten", nn::Flatten());
  append_dense_layers(*network, c10::multiply_integers(shape.input), {chosen_hidden(options, {64}), options.dropout, options.batch_norm},
                      shape, form);
  return wrap(network.ptr(), form, shape.input);
}

void append_dense_layers(nn::SequentialImpl& network, std::int64_t inputs, const DenseLayers& layers, const ModelShape& shape,
                         OutputForm form) {
  int number = 0;
  for (const std::int64_t width : layers.hidden) {
    ++number;
    network.push_back(fmt::format("dense{}", number),
                      std::make_shared<LinearImpl>(nn::LinearOptions(inputs, width).bias(!layers.batch_norm)));
    if (layers.batch_norm) network.push_back(fmt::format("dense_norm{}", number), DenseNorm(width));
    network.push_back(fmt::format("dense_relu{}", number), nn::ReLU(nn::ReLUOptions(/*inplace=*/true)));
    if (layers.dropout > 0) network.push_back(fmt::format("dropout{}", number), std::make_shared<DropoutImpl>(layers.dropout));
    inputs = width;
  }
  append_output(network, "output", inputs, shape, form);
}

void append_output(nn::SequentialImpl& network, std::string name, std::int64_t inputs, const ModelShape& shape, OutputForm form) {
  network.push_back(std::move(name), std::make_shared<LinearImpl>(nn::LinearOptions(inputs, shape.outputs)));
  if (form == OutputForm::kLogits) return;
  if (shape.exclusive && shape.outputs > 1) {
    network.push_back("softmax", nn::Softmax(/*dim=*/1));
  } else {
    network.push_back("sigmoid", nn::Sigmoid());
  }
}

std::vector<std::int64_t> chosen_hidden(const ModelOptions& options, const std::vector<std::int64_t>& preset) {
  if (options.hidden.empty()) return preset;
  if (options.hidden == std::vector<std::int64_t>{0}) return {};
  return options.hidden;
}

OutputForm chosen_output(const ModelOptions& options, const ModelShape& shape, OutputForm preset) {
  if (options.output == OutputChoice::kLogits) return OutputForm::kLogits;
  if (options.output == OutputChoice::kProbabilities) return OutputForm::kProbabilities;
  return shape.exclusive ? preset : OutputForm::kLogits;
}

}  // namespace galen::models
