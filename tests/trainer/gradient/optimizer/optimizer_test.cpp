#include "trainer/gradient/optimizer/optimizer.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "models/model.h"
#include "trainer/gradient/arena/parameter_arena.h"
#include "trainer/gradient/optimizer/update_kernels.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace galen::trainer {
namespace {

// Bare parameters: a matrix and, where asked for, a bias.
class Parameters final : public models::Model {
 public:
  explicit Parameters(std::vector<at::Tensor> tensors) {
    for (at::Tensor& tensor : tensors) parameters_.push_back({std::to_string(parameters_.size()), tensor.requires_grad_()});
  }
  models::Outputs forward(const Inputs& inputs) override { return inputs.only(); }
  std::vector<models::NamedTensor> parameters() const override { return parameters_; }
  std::vector<models::NamedTensor> buffers() const override { return {}; }
  void set_training(bool) override {}
  void to(at::Device) override {}
  models::OutputForm output_form() const override { return models::OutputForm::kLogits; }
  std::vector<models::LayerRow> layers() const override { return {}; }

 private:
  std::vector<models::NamedTensor> parameters_;
};

struct Case {
  const char* name;
  OptimizerOptions options;
  std::vector<float> expected;  // after ten steps, by PyTorch: make_optimizer_reference.py
};

class OptimizerAgainstPyTorch : public testing::TestWithParam<Case> {};

TEST_P(OptimizerAgainstPyTorch, AgreesAfterTenSteps) {
  Parameters model({at::tensor({1.0f, -2.0f, 0.5f, 3.0f, -0.1f}).reshape({5, 1})});
  const auto alone = comm::make_single_communicator();
  comm::Node node(*alone);
  ParameterArena arena(model, node);
  const auto optimizer = make_optimizer(GetParam().options, arena, cpu_update_kernels());
  const float* values = arena.values().const_data_ptr<float>();
  float gradients[5];
  for (int step = 0; step < 10; ++step) {
    // Passed multiplied by 8, and divided in the update.
    for (int i = 0; i < 5; ++i)
      gradients[i] = 8 * (static_cast<float>(std::sin(0.7 * i + 1.3 * step)) * std::max(0.1f, std::abs(values[i])));
    optimizer->begin(1.0 / 8, step + 1);
    optimizer->update(0, 2, gradients);  // in two pieces, as on two ranks
    optimizer->update(2, 5, gradients + 2);
  }
  for (int i = 0; i < 5; ++i) EXPECT_NEAR(values[i], GetParam().expected[static_cast<std::size_t>(i)], 1e-6) << i;
}

INSTANTIATE_TEST_SUITE_P(
    Optimizer, OptimizerAgainstPyTorch,
    testing::Values(
        Case{"Sgd", {.rule = UpdateRule::kSgd, .learning_rate = 0.1}, {0.990565717, -1.97062206, 0.473338008, 2.82050347, -0.102008015}},
        Case{"SgdMomentumDecay",
             {.rule = UpdateRule::kSgd, .learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01},
             {0.443425417, -2.49082494, 0.229000628, 2.32099485, -0.0670809224}},
        Case{"SgdNesterov",
             {.rule = UpdateRule::kSgd, .learning_rate = 0.1, .momentum = 0.9, .nesterov = true},
             {0.424875736, -2.24820232, 0.204540372, 2.06518745, -0.0742262006}},
        Case{"Adam", {.rule = UpdateRule::kAdam, .learning_rate = 0.01}, {0.979068398, -2.03084111, 0.476129442, 2.98965979, -0.092461288}},
        Case{"AdamDecay",
             {.rule = UpdateRule::kAdam, .learning_rate = 0.01, .weight_decay = 0.1},
             {0.958303809, -2.02016521, 0.465758473, 2.97774267, -0.081815742}},
        Case{"AdamW",
             {.rule = UpdateRule::kAdamW, .learning_rate = 0.01, .beta1 = 0.8, .beta2 = 0.99, .epsilon = 1e-6, .weight_decay = 0.1},
             {0.972352982, -2.00571775, 0.47582835, 2.96203423, -0.0932111293}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Optimizer, ExemptsBiasesFromDecayOnRequest) {
  Parameters model({at::tensor({2.0f, 2.0f}).reshape({2, 1}), at::tensor({2.0f, 2.0f})});
  const auto alone = comm::make_single_communicator();
  comm::Node node(*alone);
  ParameterArena arena(model, node);
  const auto optimizer = make_optimizer({.rule = UpdateRule::kSgd, .learning_rate = 0.5, .weight_decay = 0.1, .decay_all = false}, arena,
                                        cpu_update_kernels());
  const std::vector<float> no_gradients(static_cast<std::size_t>(arena.size()));
  optimizer->begin(1.0, 1);
  optimizer->update(0, arena.size(), no_gradients.data());
  const auto parameters = model.parameters();
  EXPECT_FLOAT_EQ(parameters[0].tensor[0].item<float>(), 2.0f - 0.5f * 0.1f * 2.0f);
  EXPECT_FLOAT_EQ(parameters[1].tensor[0].item<float>(), 2.0f);
}

TEST(Optimizer, NamesWhatIsOutOfRange) {
  Parameters model({at::tensor({1.0f})});
  const auto alone = comm::make_single_communicator();
  comm::Node node(*alone);
  ParameterArena arena(model, node);
  try {
    make_optimizer({.rule = UpdateRule::kAdam, .beta1 = 1.0}, arena, cpu_update_kernels());
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_STREQ(error.what(), "optimizer.beta1 is out of range: it must be in [0, 1).");
  }
}

}  // namespace
}  // namespace galen::trainer
