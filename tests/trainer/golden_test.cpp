#include "comm/single_communicator.h"
#include "models/factory.h"
#include "tests/trainer/golden/formula.h"
#include "trainer/device/device.h"
#include "trainer/gradient/exchange/training_step.h"
#include "trainer/gradient/optimizer/optimizer.h"
#include "trainer/gradient/optimizer/update_kernels.h"
#include "trainer/tasks/task.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {
namespace {

namespace golden = test::golden;

std::unique_ptr<Task> task_of(const golden::Case& net, models::OutputForm form) {
  if (net.classes == 2) return make_task({.kind = data::TaskKind::kBinary}, {"0", "1"}, form);
  std::vector<std::string> names;
  for (int k = 0; k < net.classes; ++k) names.push_back(std::to_string(k));
  return make_task({.kind = data::TaskKind::kMulticlass}, names, form);
}

// Mean loss of each of the reference's steps, as the trainer takes them.
std::vector<double> trajectory(const golden::Case& net, models::MemoryFormat memory_format, std::int64_t lanes, std::size_t steps) {
  models::ModelOptions options = net.options();
  options.memory_format = memory_format;
  const auto model = models::make_model(options, net.model_shape(), /*seed=*/0);
  golden::fill(*model);
  at::set_num_threads(1);
  model->set_training(true);
  const auto task = task_of(net, model->output_form());
  const auto alone = comm::make_single_communicator();
  comm::Node node(*alone);
  TrainingStep training_step(*model, node, lanes, {.rule = UpdateRule::kAdam, .learning_rate = net.learning_rate}, {}, cpu());
  Gradients& gradients = training_step.gradients();

  Timeline timeline;
  std::vector<double> losses;
  for (std::size_t step = 0; step < steps; ++step) {
    const auto number = static_cast<std::int64_t>(step) % golden::kBatches;
    const at::Tensor images = golden::images(net, number);
    const at::Tensor labels = golden::labels(net, number);
    gradients.begin_step();
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      const Range rows = lane_range({0, net.batch}, static_cast<int>(lane), static_cast<int>(lanes));
      gradients.begin_lane();
      const at::Tensor targets = labels.narrow(0, rows.begin, rows.size());
      const at::Tensor outputs = model->forward(images.narrow(0, rows.begin, rows.size())).main;
      gradients.accumulate(task->loss(outputs, targets), task->weight(targets), rows.size());
    }
    const StepSums sums = training_step.complete({}, static_cast<std::int64_t>(step) + 1, timeline);
    losses.push_back(sums.loss / sums.weight);
  }
  return losses;
}

class GoldenTrajectory : public testing::TestWithParam<golden::Case> {};

TEST_P(GoldenTrajectory, FollowsPyTorchFor20Steps) {
  const std::vector<double> expected = golden::reference(GetParam().name).losses;
  ASSERT_EQ(expected.size(), 20u);
  // The reference is of contiguous images; another order of them rounds otherwise, which 20 steps of Adam enlarge.
  const std::pair<models::MemoryFormat, double> formats[] = {{models::MemoryFormat::kContiguous, 1e-4},
                                                             {models::MemoryFormat::kChannelsLast, 3e-4}};
  for (const auto& [format, tolerance] : formats) {
    for (const std::int64_t lanes : {1, 4}) {
      const std::vector<double> losses = trajectory(GetParam(), format, lanes, expected.size());
      for (std::size_t step = 0; step < expected.size(); ++step) {
        EXPECT_NEAR(losses[step] / expected[step], 1, tolerance)
            << "step " << step << ", " << lanes << " lanes, " << galen::name_of(format);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, GoldenTrajectory, testing::ValuesIn(golden::cases()), [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace galen::trainer
