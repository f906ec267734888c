#include "models/factory.h"

#include "galen/error.h"
#include "tests/models/network_names.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace galen::models {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::MatchesRegex;

const ModelShape kDigits{{1, 28, 28}, 10, true};
const ModelShape kPhotos{{3, 32, 32}, 10, true};
const ModelShape kDiagnosis{{3, 150, 150}, 1, true};
const ModelShape kTable{{30}, 3, true};
const ModelShape kTexts{{64}, 3, true, 1000};

std::int64_t parameter_count(const ModelOptions& options, const ModelShape& shape) {
  std::int64_t elements = 0;
  for (const NamedTensor& parameter : make_model(options, shape, 0)->parameters()) elements += parameter.tensor.numel();
  return elements;
}

at::Tensor evaluated(Model& model, const at::Tensor& input) {
  const at::NoGradGuard no_grad;
  model.set_training(false);
  return model.forward(input).main;
}

template <typename Exception>
std::string failure(const ModelOptions& options, const ModelShape& shape) {
  try {
    make_model(options, shape, 0);
  } catch (const Exception& error) {
    return error.what();
  }
  return "no error";
}

bool same_values(const Model& a, const Model& b) {
  const auto ours = a.parameters(), theirs = b.parameters();
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (!at::equal(ours[i].tensor, theirs[i].tensor)) return false;
  }
  return ours.size() == theirs.size();
}

// Keras's summary() of the same networks.
TEST(Factory, CountsParametersAsKerasDoes) {
  EXPECT_EQ(parameter_count({.name = "cnn28"}, kDigits), 320 + 18'496 + 36'928 + 36'928 + 650);
  EXPECT_EQ(parameter_count({.name = "cnn32"}, kPhotos), 122'570);
  EXPECT_EQ(parameter_count({.name = "cnn150"}, kDiagnosis), 896 + 18'496 + 73'856 + (128 * 17 * 17 + 1) * 512 + 513);
  EXPECT_EQ(parameter_count({.name = "dense_net"}, kTable), 30 * 64 + 64 + 64 * 3 + 3);
}

// 11,173,962 is the published count for CIFAR: three channels in, ten classes.
TEST(Factory, CountsParametersOfResNet18AsPublished) {
  EXPECT_EQ(parameter_count({.name = "resnet18"}, kPhotos), 11'173'962);
  EXPECT_EQ(parameter_count({.name = "resnet18"}, {{1, 28, 28}, 1, true}), 11'173'962 - 2 * 9 * 64 - 9 * 513);
}

TEST(Factory, OptionsChangeTheNetwork) {
  const std::int64_t conv = (9 + 1) * 4 + (4 * 9 + 1) * 8, flat = 8 * 11 * 11;
  EXPECT_EQ(parameter_count({.name = "cnn28", .hidden = {0}, .filters = {4, 8}}, kDigits), conv + flat * 10 + 10);
  EXPECT_EQ(parameter_count({.name = "dense_net", .hidden = {16, 8}}, kTable), 31 * 16 + 17 * 8 + 9 * 3);
  EXPECT_EQ(parameter_count({.name = "dense_net", .hidden = {0}}, kDigits), 785 * 10);
  // A norm's scale and shift take the place of the bias.
  EXPECT_EQ(parameter_count({.name = "cnn28", .batch_norm = true}, kDigits), 93'322 + 32 + 64 + 64);
  EXPECT_EQ(parameter_count({.name = "dense_net", .batch_norm = true}, kTable), 30 * 64 + 64 + 64 + 65 * 3);
}

TEST(Factory, ValuesAreAFunctionOfTheSeed) {
  for (const std::string& name : network_names()) {
    const ModelOptions options{.name = name, .batch_norm = true};
    const auto model = make_model(options, kPhotos, 7);
    at::rand({5});  // moves LibTorch's own generator on
    EXPECT_TRUE(same_values(*model, *make_model(options, kPhotos, 7))) << name;
    EXPECT_FALSE(same_values(*model, *make_model(options, kPhotos, 8))) << name;
  }
}

TEST(Factory, OutputsAreLogitsOrProbabilities) {
  const at::Tensor images = at::rand({4, 1, 28, 28});
  const auto softmax = make_model({.name = "cnn28", .output = OutputChoice::kProbabilities}, kDigits, 0);
  EXPECT_EQ(softmax->output_form(), OutputForm::kProbabilities);
  EXPECT_TRUE(evaluated(*softmax, images).sum(1).allclose(at::ones({4})));

  const auto logits = make_model({.name = "cnn28"}, kDigits, 0);
  EXPECT_EQ(logits->output_form(), OutputForm::kLogits);
  EXPECT_TRUE(evaluated(*logits, images).softmax(1).allclose(evaluated(*softmax, images)));

  const auto labels = make_model({.name = "dense_net", .output = OutputChoice::kProbabilities}, {{1, 28, 28}, 5, false}, 0);
  const auto label_logits = make_model({.name = "dense_net"}, {{1, 28, 28}, 5, false}, 0);
  EXPECT_TRUE(evaluated(*label_logits, images).sigmoid().allclose(evaluated(*labels, images)));
}

TEST(Factory, Cnn150GivesProbabilitiesOfExclusiveClassesOnly) {
  const ModelOptions options{.name = "cnn150", .hidden = {8}};
  EXPECT_EQ(make_model(options, {{3, 50, 50}, 1, true}, 0)->output_form(), OutputForm::kProbabilities);
  EXPECT_EQ(make_model(options, {{3, 50, 50}, 2, false}, 0)->output_form(), OutputForm::kLogits);
}

TEST(Factory, DropoutActsInTrainingOnly) {
  for (const std::string name : {"cnn28", "dense_net", "resnet18"}) {
    const auto model = make_model({.name = name, .dropout = 0.5}, kDigits, 0);
    const at::Tensor images = at::rand({2, 1, 28, 28});
    EXPECT_TRUE(at::equal(evaluated(*model, images), evaluated(*model, images))) << name;
    model->set_training(true);
    EXPECT_FALSE(at::equal(model->forward(images).main, model->forward(images).main)) << name;
  }
}

TEST(Factory, ForwardLeavesItsInputAlone) {
  for (const std::string& name : network_names()) {
    const auto model = make_model({.name = name}, kPhotos, 0);
    const at::Tensor images = at::rand({2, 3, 32, 32}).sub(0.5), before = images.clone();
    model->forward(images).main.sum().backward();
    EXPECT_TRUE(at::equal(images, before)) << name;
  }
}

TEST(Factory, BatchNormKeepsRunningAveragesAsBuffers) {
  const auto model = make_model({.name = "cnn28", .batch_norm = true}, kDigits, 0);
  const auto buffers = model->buffers();
  ASSERT_EQ(buffers.size(), 9u);
  EXPECT_EQ(buffers[0].name, "norm1.running_mean");
  const at::Tensor before = buffers[0].tensor.clone();
  model->set_training(true);
  model->forward(at::rand({4, 1, 28, 28}));
  EXPECT_FALSE(at::equal(buffers[0].tensor, before));
}

TEST(Factory, SmallestImageThatFitsIsTheOneItAsksFor) {
  EXPECT_EQ(evaluated(*make_model({.name = "cnn28"}, {{1, 18, 18}, 10, true}, 0), at::rand({1, 1, 18, 18})).size(1), 10);
  EXPECT_EQ(evaluated(*make_model({.name = "cnn150"}, {{1, 22, 22}, 1, true}, 0), at::rand({1, 1, 22, 22})).size(1), 1);
  EXPECT_EQ(evaluated(*make_model({.name = "resnet18"}, {{1, 8, 8}, 1, true}, 0), at::rand({1, 1, 8, 8})).size(1), 1);
  EXPECT_THAT(failure<Error>({.name = "cnn28"}, {{1, 18, 17}, 10, true}), HasSubstr("at least 18×18, but the data set has [1, 18, 17]"));
  EXPECT_THAT(failure<Error>({.name = "cnn150"}, {{3, 21, 22}, 1, true}), HasSubstr("at least 22×22"));
  EXPECT_THAT(failure<Error>({.name = "resnet18"}, {{1, 7, 8}, 1, true}), HasSubstr("at least 8×8"));
}

TEST(Factory, ShapeThatDoesNotFitShowsBoth) {
  EXPECT_THAT(failure<Error>({.name = "cnn28"}, kTable),
              HasSubstr("model.name = cnn28 wants [C, H, W] images of at least 18×18, but the data set has [30]"));
  EXPECT_THAT(failure<Error>({.name = "resnet18"}, {{1, 8, 28, 28}, 1, true}), HasSubstr("the data set has [1, 8, 28, 28]"));
}

TEST(Factory, UnknownNameSuggestsTheNearest) {
  EXPECT_THAT(failure<UsageError>({.name = "cnn82"}, kDigits), HasSubstr("Did you mean cnn32?"));
  EXPECT_THAT(failure<UsageError>({.name = "resnet"}, kDigits), HasSubstr("Did you mean resnet18?"));
  EXPECT_THAT(failure<UsageError>({.name = "net.pt"}, kDigits), HasSubstr("Did you mean file:net.pt?"));
}

TEST(Factory, OptionsThatAModelDoesNotHaveAreRefused) {
  EXPECT_THAT(failure<UsageError>({.name = "resnet18", .hidden = {8}}, kDigits), HasSubstr("model.hidden"));
  EXPECT_THAT(failure<UsageError>({.name = "resnet18", .filters = {8}}, kDigits), HasSubstr("model.filters"));
  EXPECT_THAT(failure<UsageError>({.name = "dense_net", .filters = {8}}, kDigits), HasSubstr("model.filters"));
}

TEST(Factory, ValuesOutOfRangeAreRefused) {
  EXPECT_THAT(failure<UsageError>({.dropout = 1}, kDigits), HasSubstr("model.dropout = 1"));
  EXPECT_THAT(failure<UsageError>({.hidden = {64, 0}}, kDigits), HasSubstr("model.hidden = 64, 0"));
  EXPECT_THAT(failure<UsageError>({.filters = {-3}}, kDigits), HasSubstr("model.filters = -3"));
}

TEST(Describe, ShowsEachLayerWithItsShapeAndParameters) {
  const auto model = make_model({.name = "cnn28"}, kDigits, 0);
  const std::vector<LayerRow> rows = model->layers();
  EXPECT_EQ(rows.front().name, "conv1 (ConvPoolReLU 3×3)");
  EXPECT_THAT(rows.front().output_shape, ElementsAre(32, 13, 13));
  EXPECT_EQ(rows.front().parameters, 320);
  EXPECT_EQ(rows.back().name, "output (Linear)");
  EXPECT_THAT(rows.back().output_shape, ElementsAre(10));
  EXPECT_THAT(describe(*model), MatchesRegex(".*\ntotal +93,322\n"));
}

TEST(Describe, LeavesTheModelAsItWas) {
  const auto model = make_model({.name = "cnn28", .batch_norm = true}, kDigits, 0);
  const auto mean = model->buffers()[0].tensor;
  const at::Tensor before = mean.clone();
  describe(*model);
  EXPECT_TRUE(at::equal(mean, before));
  model->forward(at::rand({2, 1, 28, 28}));  // still in training mode
  EXPECT_FALSE(at::equal(mean, before));
}

TEST(Factory, NetworksOfNumbersDoNotReadTexts) {
  EXPECT_THAT(failure<UsageError>({.name = "dense_net"}, kTexts),
              testing::AllOf(HasSubstr("model.name = dense_net"), HasSubstr("token ids")));
}

TEST(Factory, NetworksOfOneInputRefuseSeveral) {
  EXPECT_THAT(failure<UsageError>({.name = "cnn28"}, {{1, 28, 28}, 10, true, 0, {{.sample = {4}}}}),
              HasSubstr("takes one input, but data.input names 2"));
}

}  // namespace
}  // namespace galen::models
