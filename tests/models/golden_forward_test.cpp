#include "models/factory.h"
#include "tests/trainer/golden/formula.h"

#include <gtest/gtest.h>

namespace galen::models {
namespace {

class GoldenForward : public testing::TestWithParam<test::golden::Case> {};

TEST_P(GoldenForward, GivesWhatPyTorchGives) {
  const test::golden::Case& golden = GetParam();
  const auto model = make_model(golden.options(), golden.model_shape(), /*seed=*/0);
  test::golden::fill(*model);
  const at::NoGradGuard no_grad;
  const at::Tensor outputs = model->forward(test::golden::images(golden, 0)).main;
  const test::golden::Reference reference = test::golden::reference(golden.name);

  ASSERT_EQ(reference.outputs.size(), 4u);
  ASSERT_EQ(outputs.size(0), golden.batch);
  for (std::size_t sample = 0; sample < reference.outputs.size(); ++sample) {
    ASSERT_EQ(outputs.size(1), static_cast<std::int64_t>(reference.outputs[sample].size()));
    for (std::size_t output = 0; output < reference.outputs[sample].size(); ++output) {
      EXPECT_NEAR(outputs[sample][output].item<float>(), reference.outputs[sample][output], 2e-6) << "sample " << sample;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, GoldenForward, testing::ValuesIn(test::golden::cases()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace galen::models
