#include "models/resnet18.h"

#include "galen/error.h"
#include "models/dense_net.h"
#include "models/dropout.h"
#include "models/image_network.h"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/pooling.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace galen::models {
namespace {

namespace nn = torch::nn;

constexpr std::int64_t kLeastSide = 8;  // three stages halve it
constexpr std::int64_t kWidths[] = {64, 128, 256, 512};

nn::Conv2d conv(std::int64_t inputs, std::int64_t outputs, std::int64_t kernel, std::int64_t stride) {
  return nn::Conv2d(nn::Conv2dOptions(inputs, outputs, kernel).stride(stride).padding(kernel / 2).bias(false));
}

// Two convolutions, and around them the input itself, projected where its shape changes.
class BasicBlockImpl : public nn::Module {
 public:
  BasicBlockImpl(std::int64_t inputs, std::int64_t outputs, std::int64_t stride)
      : conv1_(register_module("conv1", conv(inputs, outputs, 3, stride))),
        bn1_(register_module("bn1", nn::BatchNorm2d(outputs))),
        conv2_(register_module("conv2", conv(outputs, outputs, 3, 1))),
        bn2_(register_module("bn2", nn::BatchNorm2d(outputs))) {
    if (stride == 1 && inputs == outputs) return;
    shortcut_ = register_module("shortcut", nn::Sequential(conv(inputs, outputs, 1, stride), nn::BatchNorm2d(outputs)));
  }

  at::Tensor forward(const at::Tensor& input) {
    at::Tensor values = bn1_->forward(conv1_->forward(input)).relu_();
    values = bn2_->forward(conv2_->forward(values));
    return values.add_(shortcut_ ? shortcut_->forward(input) : input).relu_();
  }

 private:
  nn::Conv2d conv1_;
  nn::BatchNorm2d bn1_;
  nn::Conv2d conv2_;
  nn::BatchNorm2d bn2_;
  nn::Sequential shortcut_ = nullptr;
};
TORCH_MODULE(BasicBlock);

// A Sequential inside a Sequential needs a forward that is no template.
class StageImpl : public nn::SequentialImpl {
 public:
  using SequentialImpl::SequentialImpl;
  at::Tensor forward(const at::Tensor& input) { return SequentialImpl::forward(input); }
};
TORCH_MODULE(Stage);

}  // namespace

std::unique_ptr<Model> make_resnet18(const ModelOptions& options, const ModelShape& shape) {
  if (!options.filters.empty()) throw UsageError("model.filters: the filters of model.name = resnet18 are fixed; leave it out.");
  if (!options.hidden.empty()) throw UsageError("model.hidden: model.name = resnet18 has no hidden dense layer; leave it out.");
  if (shape.input.size() != 3 || std::min(shape.input[1], shape.input[2]) < kLeastSide) {
    throw Error("model.name = {} wants [C, H, W] images of at least {}×{}, but the data set has [{}]. Choose another model.name{}.",
                options.name, kLeastSide, kLeastSide, fmt::join(shape.input, ", "), shape.input.size() == 1 ? ", such as dense_net" : "");
  }
  const OutputForm form = chosen_output(options, shape, OutputForm::kLogits);

  nn::Sequential network;
  network->push_back("conv1", conv(shape.input[0], kWidths[0], 3, 1));
  network->push_back("bn1", nn::BatchNorm2d(kWidths[0]));
  network->push_back("relu", nn::ReLU(nn::ReLUOptions(/*inplace=*/true)));
  std::int64_t channels = kWidths[0];
  for (std::size_t i = 0; i < std::size(kWidths); ++i) {
    const std::int64_t width = kWidths[i];
    network->push_back(fmt::format("layer{}", i + 1), Stage(BasicBlock(channels, width, i == 0 ? 1 : 2), BasicBlock(width, width, 1)));
    channels = width;
  }
  network->push_back("avgpool", nn::AdaptiveAvgPool2d(1));
  network->push_back("flatten", nn::Flatten());
  if (options.dropout > 0) network->push_back("dropout", std::make_shared<DropoutImpl>(options.dropout));
  append_output(*network, "linear", channels, shape, form);
  return wrap_images(network.ptr(), form, shape.input, options.memory_format);
}

}  // namespace galen::models
