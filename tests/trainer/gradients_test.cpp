#include "trainer/gradient/gradients.h"

#include "models/factory.h"
#include "tests/support/thread_communicator.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::int64_t kSamples = 10;

at::Tensor inputs() { return at::arange(kSamples * 12, at::kFloat).mul(0.7f).sin().reshape({kSamples, 12}); }
at::Tensor targets() { return at::arange(kSamples, at::kLong).remainder(3); }

std::unique_ptr<models::Model> small_net(bool batch_norm) {
  models::ModelOptions options;
  options.name = "dense_net";
  options.hidden = {8};
  options.batch_norm = batch_norm;
  return models::make_model(options, {{12}, 3, true}, /*seed=*/5);
}

std::unique_ptr<Task> three_classes() { return make_task({.name = "multiclass"}, {"a", "b", "c"}, models::OutputForm::kLogits); }

struct Outcome {
  at::Tensor gradients;
  at::Tensor buffers;
  StepSums sums;
};

// One step over all samples, as the trainer takes it.
Outcome one_step(comm::Communicator& communicator, std::int64_t lanes, bool batch_norm, std::int64_t samples) {
  const auto model = small_net(batch_norm);
  const auto task = three_classes();
  Gradients gradients(*model, communicator, lanes);
  model->set_training(true);
  gradients.begin_step();
  for (std::int64_t lane = gradients.my_lanes().begin; lane < gradients.my_lanes().end; ++lane) {
    const data::Range rows = data::lane_range({0, samples}, static_cast<int>(lane), static_cast<int>(lanes));
    if (rows.size() == 0) {
      gradients.accumulate({}, 0, 0);
      continue;
    }
    gradients.begin_lane();
    const at::Tensor target = targets().narrow(0, rows.begin, rows.size());
    const at::Tensor output = model->forward(inputs().narrow(0, rows.begin, rows.size()));
    gradients.accumulate(task->loss(output, target), task->weight(target), rows.size());
  }
  Outcome outcome;
  outcome.sums = gradients.all_reduce({});
  outcome.gradients = gradients.arena().gradients().clone();
  std::vector<at::Tensor> buffers = {at::arange(1, at::kDouble)};
  for (const auto& buffer : model->buffers()) buffers.push_back(buffer.tensor.reshape({-1}).to(at::kDouble));
  outcome.buffers = at::cat(buffers);
  return outcome;
}

Outcome one_step_of(int workers, std::int64_t lanes, bool batch_norm, std::int64_t samples = kSamples) {
  Outcome outcome;
  test::run_ranks(workers, [&](comm::Communicator& communicator) {
    Outcome mine = one_step(communicator, lanes, batch_norm, samples);
    if (communicator.rank() == workers - 1) outcome = mine;
  });
  return outcome;
}

TEST(Gradients, AreThoseOfTheWholeBatch) {
  const auto model = small_net(false);
  three_classes()->loss(model->forward(inputs()), targets()).backward();
  std::vector<at::Tensor> expected;
  for (const auto& parameter : model->parameters()) expected.push_back(parameter.tensor.grad().reshape({-1}));

  for (std::int64_t lanes : {1, 3, 4}) {
    const Outcome outcome = one_step_of(1, lanes, false);
    EXPECT_EQ(outcome.sums.samples, kSamples);
    EXPECT_EQ(outcome.sums.weight, kSamples);
    std::int64_t begin = 0;
    for (const at::Tensor& gradient : expected) {
      EXPECT_TRUE(outcome.gradients.narrow(0, begin, gradient.numel()).allclose(gradient, 1e-5, 1e-6)) << lanes << " lanes";
      begin += (gradient.numel() + 15) / 16 * 16;
    }
  }
}

TEST(Gradients, HaveTheSameBitsForEveryNumberOfWorkers) {
  for (const bool batch_norm : {false, true}) {
    const Outcome alone = one_step_of(1, 4, batch_norm);
    for (int workers : {2, 3, 4}) {
      const Outcome shared = one_step_of(workers, 4, batch_norm);
      EXPECT_TRUE(shared.gradients.equal(alone.gradients)) << workers;
      EXPECT_TRUE(shared.buffers.equal(alone.buffers)) << workers;
      EXPECT_EQ(shared.sums.loss, alone.sums.loss);
    }
  }
}

TEST(Gradients, LanesWithoutSamplesChangeNothing) {
  for (const bool batch_norm : {false, true}) {
    const Outcome ragged = one_step_of(1, 4, batch_norm, /*samples=*/3);
    const Outcome shared = one_step_of(4, 4, batch_norm, /*samples=*/3);
    EXPECT_EQ(ragged.sums.samples, 3);
    EXPECT_TRUE(shared.gradients.equal(ragged.gradients));
    EXPECT_TRUE(shared.buffers.equal(ragged.buffers));
  }
}

TEST(Gradients, RunningAveragesAreTheLanesWeightedMean) {
  // By hand: a momentum of 0.1, starting from a mean of 0, in two lanes of five rows each.
  const auto model = small_net(true);
  const auto parameters = model->parameters();
  const at::Tensor hidden = inputs().matmul(parameters[0].tensor.detach().t());
  const at::Tensor expected = hidden.mean(0).mul(0.1);
  const Outcome outcome = one_step_of(2, 2, true);
  EXPECT_TRUE(outcome.buffers.narrow(0, 1, 8).to(at::kFloat).allclose(expected, 1e-4, 1e-6));
  EXPECT_EQ(outcome.buffers[-1].item<double>(), 1) << "batches seen";
}

TEST(Gradients, ARequestToStopReachesEveryRank) {
  test::run_ranks(3, [&](comm::Communicator& communicator) {
    const auto model = small_net(false);
    Gradients gradients(*model, communicator, 3);
    StopRequest request;
    if (communicator.rank() == 2) request.preempt();
    gradients.begin_step();
    gradients.accumulate({}, 0, 0);
    const StepSums sums = gradients.all_reduce(request);
    EXPECT_TRUE(sums.preempted);
    EXPECT_FALSE(sums.interrupted);
  });
}

}  // namespace
}  // namespace galen::trainer
