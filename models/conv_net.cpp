#include "models/conv_net.h"

#include "galen/error.h"
#include "models/dense_net.h"
#include "models/image_network.h"
#include "models/pool_relu.h"

#include <torch/nn/modules/activation.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace galen::models {
namespace {

namespace nn = torch::nn;

constexpr std::int64_t kKernel = 3;
constexpr std::int64_t kPool = 2;

struct Preset {
  std::vector<std::int64_t> filters;
  bool pool_last = false;  ///< max-pooling after the last convolution too
  std::vector<std::int64_t> hidden;
  OutputForm form = OutputForm::kLogits;
};

const Preset& small_images() {
  static const Preset preset{{32, 64, 64}, false, {64}, OutputForm::kLogits};
  return preset;
}

const Preset& large_images() {
  static const Preset preset{{32, 64, 128}, true, {512}, OutputForm::kProbabilities};
  return preset;
}

struct Stage {
  std::int64_t filters;
  bool pool;

  std::int64_t side_after(std::int64_t side) const { return (side - kKernel + 1) / (pool ? kPool : 1); }
  std::int64_t least_side_before(std::int64_t side) const { return side * (pool ? kPool : 1) + kKernel - 1; }
};

std::vector<Stage> stages_of(const Preset& preset, const ModelOptions& options) {
  std::vector<Stage> stages;
  for (const std::int64_t filters : options.filters.empty() ? preset.filters : options.filters) stages.push_back({filters, true});
  stages.back().pool = preset.pool_last;
  return stages;
}

void check_input(const std::string& name, const std::vector<Stage>& stages, const std::vector<std::int64_t>& input) {
  std::int64_t least = 1;
  for (auto stage = stages.rbegin(); stage != stages.rend(); ++stage) least = stage->least_side_before(least);
  if (input.size() == 3 && std::min(input[1], input[2]) >= least) return;
  throw Error("model.name = {} wants [C, H, W] images of at least {}×{}, but the data set has [{}]. Choose another model.name{}.", name,
              least, least, fmt::join(input, ", "), input.size() == 1 ? ", such as dense_net" : ", or fewer model.filters");
}

// ReLU comes behind the pooling: both orders give the same values and gradients, and so they are one pass.
void append_stage(nn::SequentialImpl& network, std::size_t number, std::int64_t channels, const Stage& stage, bool batch_norm) {
  const auto name = [number](const char* kind) { return fmt::format("{}{}", kind, number); };
  const auto options = nn::Conv2dOptions(channels, stage.filters, kKernel).bias(!batch_norm);
  if (stage.pool && !batch_norm) {
    network.push_back(name("conv"), std::make_shared<ConvPoolReLUImpl>(options));
    return;
  }
  network.push_back(name("conv"), nn::Conv2d(options));
  if (batch_norm) network.push_back(name("norm"), nn::BatchNorm2d(stage.filters));
  if (stage.pool) {
    network.push_back(name("pool"), std::make_shared<MaxPool2dReLUImpl>());
  } else {
    network.push_back(name("relu"), nn::ReLU(nn::ReLUOptions(/*inplace=*/true)));
  }
}

std::unique_ptr<Model> make_conv_net(const Preset& preset, const ModelOptions& options, const ModelShape& shape) {
  const std::vector<Stage> stages = stages_of(preset, options);
  check_input(options.name, stages, shape.input);

  nn::Sequential network;
  std::int64_t channels = shape.input[0], height = shape.input[1], width = shape.input[2];
  for (std::size_t i = 0; i < stages.size(); ++i) {
    append_stage(*network, i + 1, channels, stages[i], options.batch_norm);
    channels = stages[i].filters;
    height = stages[i].side_after(height);
    width = stages[i].side_after(width);
  }
  network->push_back("flatten", nn::Flatten());
  const OutputForm form = chosen_output(options, shape, preset.form);
  append_dense_layers(*network, channels * height * width, {chosen_hidden(options, preset.hidden), options.dropout, false}, shape, form);
  return wrap_images(network.ptr(), form, shape.input, options.memory_format);
}

}  // namespace

std::unique_ptr<Model> make_cnn28(const ModelOptions& options, const ModelShape& shape) {
  return make_conv_net(small_images(), options, shape);
}

std::unique_ptr<Model> make_cnn32(const ModelOptions& options, const ModelShape& shape) {
  return make_conv_net(small_images(), options, shape);
}

std::unique_ptr<Model> make_cnn150(const ModelOptions& options, const ModelShape& shape) {
  return make_conv_net(large_images(), options, shape);
}

}  // namespace galen::models
