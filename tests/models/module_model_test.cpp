#include "models/module_model.h"

#include "galen/error.h"
#include "models/factory.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/nn/modules/batchnorm.h>
#include <torch/nn/modules/container/sequential.h>
#include <torch/nn/modules/dropout.h>
#include <torch/nn/modules/linear.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace galen::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> names_of(const std::vector<NamedTensor>& tensors) {
  std::vector<std::string> list;
  for (const NamedTensor& tensor : tensors) list.push_back(tensor.name);
  return list;
}

// Everything that a user's module may have: own parameters, a frozen layer, tied weights, statistics, dropout.
struct UserNet : torch::nn::Module {
  UserNet() {
    scale = register_parameter("scale", at::ones({4}));
    encoder = register_module("encoder", torch::nn::Linear(4, 4));
    decoder = register_module("decoder", torch::nn::Linear(4, 4));
    decoder->weight = decoder->register_parameter("tied", encoder->weight);
    norm = register_module("norm", torch::nn::BatchNorm1d(4));
    dropout = register_module("dropout", torch::nn::Dropout(0.5));
    decoder->bias.set_requires_grad(false);
  }
  at::Tensor forward(const at::Tensor& x) { return dropout->forward(norm->forward(decoder->forward(encoder->forward(x.mul(scale))))); }

  at::Tensor scale;
  torch::nn::Linear encoder = nullptr, decoder = nullptr;
  torch::nn::BatchNorm1d norm = nullptr;
  torch::nn::Dropout dropout = nullptr;
};

TEST(Wrap, ForwardIsTheModules) {
  const auto module = std::make_shared<UserNet>();
  const auto model = wrap(module);
  model->set_training(false);
  const at::Tensor input = at::rand({3, 4});
  EXPECT_TRUE(at::equal(model->forward(input).main, module->forward(input)));
  EXPECT_EQ(model->output_form(), OutputForm::kLogits);
  EXPECT_EQ(wrap(module, OutputForm::kProbabilities)->output_form(), OutputForm::kProbabilities);
}

TEST(Wrap, FrozenParametersAreSavedButNotTrained) {
  const auto model = wrap(std::make_shared<UserNet>());
  EXPECT_THAT(names_of(model->parameters()),
              ElementsAre("scale", "encoder.weight", "encoder.bias", "decoder.weight", "norm.weight", "norm.bias"));
  EXPECT_THAT(names_of(model->buffers()), ElementsAre("decoder.bias", "norm.running_mean", "norm.running_var", "norm.num_batches_tracked"));
}

TEST(Wrap, TiedWeightsAppearOnce) {
  const auto module = std::make_shared<UserNet>();
  const auto names = names_of(wrap(module)->parameters());
  EXPECT_EQ(std::ranges::count(names, "decoder.tied"), 0);
}

TEST(Wrap, TrainingModeReachesEveryLayer) {
  const auto module = std::make_shared<UserNet>();
  const auto model = wrap(module);
  model->set_training(false);
  EXPECT_FALSE(module->dropout->is_training());
  model->set_training(true);
  EXPECT_TRUE(module->dropout->is_training());
}

TEST(Wrap, TableAddsUpToAllParameters) {
  const auto model = wrap(std::make_shared<UserNet>());
  EXPECT_THAT(describe(*model), HasSubstr("encoder (Linear)"));
  EXPECT_THAT(describe(*model), HasSubstr("UserNet"));
}

TEST(Wrap, SequentialShowsOutputShapes) {
  torch::nn::Sequential network(torch::nn::Linear(4, 7), torch::nn::Linear(7, 2));
  const auto rows = wrap(network.ptr(), OutputForm::kLogits, {4})->layers();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].name, "0 (Linear)");
  EXPECT_THAT(rows[0].output_shape, ElementsAre(7));
  EXPECT_EQ(rows[1].parameters, 16);
}

// Of two inputs, with auxiliary outputs.
struct TwoInputNet : torch::nn::Module {
  Outputs forward(const Inputs& inputs) { return {layer->forward(inputs[0].values).add(inputs[1].values), {inputs[1].values}}; }
  torch::nn::Linear layer = register_module("layer", torch::nn::Linear(4, 2));
};

TEST(Wrap, GivesAllInputsToAModuleThatTakesThem) {
  const auto module = std::make_shared<TwoInputNet>();
  const auto model = wrap(module);
  const at::Tensor one = at::rand({3, 4}), other = at::rand({3, 2});
  const Outputs outputs = model->forward(Inputs{{one}, {other}});
  EXPECT_TRUE(at::equal(outputs.main, module->layer->forward(one).add(other)));
  ASSERT_EQ(outputs.auxiliary.size(), 1u);
  EXPECT_TRUE(at::equal(outputs.auxiliary[0], other));
}

TEST(Wrap, RefusesTwoInputsForAModuleOfOneTensor) {
  const auto model = wrap(std::make_shared<UserNet>());
  EXPECT_THROW(model->forward(Inputs{{at::rand({3, 4})}, {at::rand({3, 4})}}), UsageError);
}

}  // namespace
}  // namespace galen::models
