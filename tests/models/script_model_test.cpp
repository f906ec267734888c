#include "models/factory.h"

#include "galen/error.h"
#include "tests/models/script_fixture.h"
#include "tests/support/temporary_folder.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/addmm.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace galen::models {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const ModelShape kShape{{1, 2, 3}, 4, true};

class ScriptModel : public testing::Test {
 protected:
  std::unique_ptr<Model> load(const std::string& forward = test::kDenseForward, ModelOptions options = {}) {
    test::save_script(path(), 6, 4, forward);
    options.name = "file:" + path();
    return make_model(options, kShape, 0);
  }

  std::string failure(const std::string& forward, const ModelShape& shape = kShape) {
    test::save_script(path(), 6, 4, forward);
    return failure_of_file(path(), shape);
  }

  static std::string failure_of_file(const std::string& path, const ModelShape& shape = kShape) {
    try {
      make_model({.name = "file:" + path}, shape, 0);
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  }

  std::string path() const { return (folder_ / "net.pt").string(); }

  test::TemporaryFolder folder_;
};

TEST_F(ScriptModel, ComputesWhatWasSavedWithTheValuesItWasSavedWith) {
  const auto model = load();
  const at::Tensor input = at::rand({5, 1, 2, 3});
  const at::Tensor weight = at::arange(24, at::kFloat).mul(0.37).sin().view({4, 6}), bias = at::arange(4, at::kFloat).mul(0.1);
  EXPECT_TRUE(model->forward(input).main.allclose(input.flatten(1).matmul(weight.t()).add(bias)));
}

TEST_F(ScriptModel, ParametersThatRequireNoGradientAreBuffers) {
  const auto model = load();
  ASSERT_EQ(model->parameters().size(), 2u);
  EXPECT_EQ(model->parameters()[0].name, "weight");
  EXPECT_EQ(model->parameters()[1].name, "bias");
  ASSERT_EQ(model->buffers().size(), 2u);
  EXPECT_EQ(model->buffers()[0].name, "frozen");
  EXPECT_EQ(model->buffers()[1].name, "offset");
}

TEST_F(ScriptModel, TrainingModeReachesTheScript) {
  const auto model = load(R"(
def forward(self, x):
    y = torch.flatten(x, 1).matmul(self.weight.t()) + self.bias
    return y * 0 if self.training else y
)");
  const at::Tensor input = at::rand({2, 1, 2, 3});
  EXPECT_EQ(model->forward(input).main.abs().sum().item<float>(), 0);  // a model starts in training mode
  model->set_training(false);
  EXPECT_NE(model->forward(input).main.abs().sum().item<float>(), 0);
}

// TorchScript's optimiser, where it is on, differentiates the graph by formulas of its own once it has seen it run.
TEST_F(ScriptModel, EveryRunHasTheBitsOfTheSameOperationsOneByOne) {
  const auto model = load(R"(
def forward(self, x):
    y = torch.addmm(self.bias, torch.flatten(x, 1), self.weight.t())
    return torch.tanh(y) * torch.sigmoid(y) * y
)");
  const at::Tensor input = at::rand({64, 1, 2, 3});
  const at::Tensor weight = model->parameters()[0].tensor, bias = model->parameters()[1].tensor;
  const at::Tensor y = at::addmm(bias, input.flatten(1), weight.t());
  const at::Tensor outputs = y.tanh().mul(y.sigmoid()).mul(y);
  outputs.square().sum().backward();
  const at::Tensor gradient = weight.grad();
  for (int run = 0; run < 6; ++run) {
    weight.mutable_grad().reset();
    const at::Tensor again = model->forward(input).main;
    again.square().sum().backward();
    EXPECT_TRUE(at::equal(again, outputs)) << "run " << run;
    EXPECT_TRUE(at::equal(weight.grad(), gradient)) << "run " << run;
  }
}

TEST_F(ScriptModel, OutputOptionSaysWhatItGives) {
  EXPECT_EQ(load()->output_form(), OutputForm::kLogits);
  EXPECT_EQ(load(test::kDenseForward, {.output = OutputChoice::kProbabilities})->output_form(), OutputForm::kProbabilities);
}

TEST_F(ScriptModel, TableShowsTheModule) { EXPECT_THAT(describe(*load()), AllOf(HasSubstr("Net"), HasSubstr("28"))); }

TEST_F(ScriptModel, ShapesThatDoNotFitAreShown) {
  EXPECT_THAT(failure(test::kDenseForward, {{1, 2, 3}, 7, true}),
              AllOf(HasSubstr(path()), HasSubstr("needs [2, 1, 2, 3] → [2, 7]"), HasSubstr("gives Float [2, 4]")));
  EXPECT_THAT(failure(test::kDenseForward, {{30}, 4, true}),
              AllOf(HasSubstr("needs [2, 30] → [2, 4]"), HasSubstr("fails on such an input"), HasSubstr("must match the size")));
}

TEST_F(ScriptModel, TwoOutputsForTwoClassesNameTheWay) {
  test::save_script(path(), 6, 2, test::kDenseForward);
  EXPECT_THAT(failure_of_file(path(), {{1, 2, 3}, 1, true}), HasSubstr("task.name = multiclass"));
  EXPECT_THAT(failure_of_file(path(), {{1, 2, 3}, 1, false}), testing::Not(HasSubstr("task.name")));  // one value, or one label
}

TEST_F(ScriptModel, BytesAreTakenInPlaceOfTheFile) {
  test::save_script(path(), 6, 4, test::kDenseForward);
  ModelOptions options{.name = "file:" + path()};
  options.script = std::make_shared<const std::string>(test::read_file(path()));
  const at::Tensor input = at::rand({3, 1, 2, 3});
  const at::Tensor expected = make_model(options, kShape, 0)->forward(input).main;
  std::filesystem::remove(path());
  EXPECT_TRUE(make_model(options, kShape, 0)->forward(input).main.equal(expected));
}

TEST_F(ScriptModel, OutputsOfAnotherKindAreRefused) {
  EXPECT_THAT(failure("def forward(self, x):\n    return (x, self.bias)\n"), HasSubstr("gives a Tuple"));
  EXPECT_THAT(failure("def forward(self, x):\n    return torch.flatten(x, 1).to(7)\n"), HasSubstr("gives Double"));
}

TEST_F(ScriptModel, ParametersThatCannotBeTrainedAreRefused) {
  test::save_script(path(), 6, 4, test::kDenseForward, {.type = at::kDouble});
  EXPECT_THAT(failure_of_file(path()), HasSubstr("parameter weight is of type Double"));
  test::save_script(path(), 6, 4, test::kDenseForward, {.trainable = false});
  EXPECT_THAT(failure_of_file(path()), HasSubstr("no trainable parameters"));
}

TEST_F(ScriptModel, OptionsOfBuiltInModelsAreRefused) {
  EXPECT_THROW(load(test::kDenseForward, {.dropout = 0.5}), UsageError);
  EXPECT_THROW(load(test::kDenseForward, {.hidden = {8}}), UsageError);
  EXPECT_THROW(load(test::kDenseForward, {.initialization = InitialWeights::kGlorot}), UsageError);
}

TEST_F(ScriptModel, BadFilesAreNamed) {
  EXPECT_THAT(failure_of_file("/nowhere/net.pt"), HasSubstr("file:/nowhere/net.pt: there is no such file"));
  EXPECT_THAT(failure_of_file(folder_.write("text.pt", "not a module").string()),
              AllOf(HasSubstr("text.pt"), HasSubstr("torch.jit.script")));
}

TEST_F(ScriptModel, ReadsTextsAsTokenIds) {
  test::save_text_script(path(), 30, 5, 4);
  const auto model = make_model({.name = "file:" + path()}, {{16}, 4, true, 30}, 0);
  const at::Tensor ids = at::arange(1, 13, at::kLong).view({2, 6});
  at::Tensor padded = at::zeros({2, 16}, at::kLong);
  padded.narrow(1, 0, 6).copy_(ids);
  EXPECT_EQ(model->forward(ids).main.sizes(), at::IntArrayRef({2, 4}));
  EXPECT_TRUE(model->forward(padded).main.allclose(model->forward(ids).main));
}

TEST_F(ScriptModel, OneWithFewerTokensThanTheVocabularyIsRefused) {
  test::save_text_script(path(), 29, 5, 4);
  EXPECT_THAT(failure_of_file(path(), {{16}, 4, true, 30}), AllOf(HasSubstr("[2, 16] i64 token ids below 30"), HasSubstr("out of range")));
}

TEST_F(ScriptModel, OfTwoArgumentsGetsTheLengths) {
  const auto model = load(
      "def forward(self, x, length):\n    return torch.addmm(self.bias, torch.flatten(x, 1), self.weight.t()) * length.unsqueeze(1)\n");
  const at::Tensor input = at::rand({2, 1, 2, 3}), length = at::arange(1, 3, at::kLong);
  const at::Tensor once = load()->forward(input).main;
  EXPECT_TRUE(model->forward(Inputs{{input, length}}).main.equal(once * length.unsqueeze(1)));
  EXPECT_TRUE(model->forward(input).main.equal(once * 3)) << "whole samples";
}

TEST_F(ScriptModel, TakesTheValuesOfSeveralInputs) {
  const ModelShape two{{1, 2, 3}, 4, true, 0, {{.sample = {4}}}};
  test::save_script(path(), 6, 4, "def forward(self, x, y):\n    return torch.addmm(y, torch.flatten(x, 1), self.weight.t())\n");
  const auto model = make_model({.name = "file:" + path()}, two, 0);
  const at::Tensor image = at::rand({2, 1, 2, 3}), row = at::rand({2, 4});
  const at::Tensor weight = at::arange(24, at::kFloat).mul(0.37).sin().view({4, 6});
  EXPECT_TRUE(model->forward(Inputs{{image}, {row}}).main.allclose(image.flatten(1).matmul(weight.t()).add(row)));
  EXPECT_THAT(failure("def forward(self, x, y, z):\n    return x\n", two), HasSubstr("forward takes 3 tensors. For the 2 inputs"));
  EXPECT_THAT(failure("def forward(self, x):\n    return x\n", two), HasSubstr("forward takes 1 tensors"));
}

}  // namespace
}  // namespace galen::models
