#include "trainer/gradient/exchange/training_step.h"

#include "comm/collectives.h"
#include "galen/error.h"
#include "models/factory.h"
#include "tests/support/thread_communicator.h"
#include "trainer/device/device.h"
#include "trainer/tasks/task.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

namespace galen::trainer {
namespace {

constexpr std::int64_t kStepSamples = 10;

at::Tensor inputs() { return at::arange(kStepSamples * 12, at::kFloat).mul(0.7f).sin().reshape({kStepSamples, 12}); }
at::Tensor targets() { return at::arange(kStepSamples, at::kLong).remainder(3); }

// 34,000 parameters: several blocks, so that ranks own unequal slices and buckets can be small.
std::unique_ptr<models::Model> small_net(bool batch_norm) {
  models::ModelOptions options;
  options.name = "dense_net";
  options.hidden = {300, 100};
  options.batch_norm = batch_norm;
  return models::make_model(options, {{12}, 3, true}, /*seed=*/5);
}

std::unique_ptr<Task> three_classes() {
  return make_task({.kind = data::TaskKind::kMulticlass}, {"a", "b", "c"}, models::OutputForm::kLogits);
}

struct StepJob {
  int workers = 1;
  int node_size = 0;  // 0: all on one node
  std::int64_t lanes = 4;
  bool batch_norm = false;
  std::int64_t samples = kStepSamples;
  std::int64_t steps = 1;
  OptimizerOptions optimizer = {.rule = UpdateRule::kSgd, .learning_rate = 1};
  ExchangeOptions exchange = {};
  std::int64_t spoilt_sample = -1;  // its input is NaN
  double beside_loss = 0;           // a constant added to the loss, without effect on gradients
  bool weighs = true;               // false: no sample counts
};

struct StepOutcome {
  at::Tensor change;  // of the parameters: minus the mean gradient, with one step of sgd at rate 1
  at::Tensor buffers;
  StepSums sums;
};

at::Tensor flat(const std::vector<models::NamedTensor>& tensors) {
  std::vector<at::Tensor> parts = {at::arange(1, at::kDouble)};
  for (const auto& named : tensors) parts.push_back(named.tensor.detach().reshape({-1}).to(at::kDouble));
  return at::cat(parts);
}

StepOutcome run_worker(const StepJob& job, comm::Communicator& world) {
  const auto model = small_net(job.batch_norm);
  const auto task = three_classes();
  const at::Tensor before = flat(model->parameters());
  const auto group = comm::ordered_by_node(world);
  comm::Node node(*group);
  TrainingStep step(*model, node, job.lanes, job.optimizer, job.exchange, cpu());
  at::Tensor data = inputs();
  if (job.spoilt_sample >= 0) data[job.spoilt_sample].fill_(std::numeric_limits<float>::quiet_NaN());

  StepOutcome outcome;
  Timeline timeline;
  model->set_training(true);
  Gradients& gradients = step.gradients();
  for (std::int64_t number = 1; number <= job.steps; ++number) {
    gradients.begin_step();
    for (std::int64_t lane = gradients.my_lanes().begin; lane < gradients.my_lanes().end; ++lane) {
      const Range rows = lane_range({0, job.samples}, static_cast<int>(lane), static_cast<int>(job.lanes));
      if (rows.size() == 0) {
        gradients.accumulate({}, 0, 0);
        continue;
      }
      gradients.begin_lane();
      const at::Tensor target = targets().narrow(0, rows.begin, rows.size());
      const at::Tensor output = model->forward(data.narrow(0, rows.begin, rows.size())).main;
      const at::Tensor loss = task->loss(output, target) * (job.weighs ? 1 : 0) + job.beside_loss;
      gradients.accumulate(loss, job.weighs ? task->weight(target) : 0, rows.size());
    }
    outcome.sums = step.complete({}, number, timeline);
  }
  outcome.change = flat(model->parameters()) - before;
  outcome.buffers = flat(model->buffers());
  group->barrier();
  return outcome;
}

// The state of every worker at the end.
StepOutcome run_steps(const StepJob& job) {
  std::vector<StepOutcome> outcomes(static_cast<std::size_t>(job.workers));
  test::run_ranks(
      job.workers, [&](comm::Communicator& world) { outcomes[static_cast<std::size_t>(world.rank())] = run_worker(job, world); },
      job.node_size);
  for (const StepOutcome& outcome : outcomes) EXPECT_TRUE(outcome.change.allclose(outcomes[0].change, 0, 0, /*equal_nan=*/true));
  return outcomes.back();
}

void expect_same_bits(const StepOutcome& a, const StepOutcome& b) {
  EXPECT_TRUE(a.change.equal(b.change));
  EXPECT_TRUE(a.buffers.equal(b.buffers));
  EXPECT_EQ(a.sums.loss, b.sums.loss);
}

// By LibTorch's own backward pass: the mean gradient of the whole batch.
at::Tensor mean_gradient() {
  const auto model = small_net(false);
  three_classes()->loss(model->forward(inputs()).main, targets()).backward();
  std::vector<models::NamedTensor> gradients;
  for (const auto& parameter : model->parameters()) gradients.push_back({parameter.name, parameter.tensor.grad()});
  return flat(gradients) / kStepSamples;
}

TEST(TrainingStep, FollowsTheGradientOfTheWholeBatch) {
  const at::Tensor expected = -mean_gradient();
  for (std::int64_t lanes : {1, 3, 4}) {
    const StepOutcome outcome = run_steps({.lanes = lanes});
    EXPECT_EQ(outcome.sums.samples, kStepSamples);
    EXPECT_EQ(outcome.sums.weight, kStepSamples);
    EXPECT_TRUE(outcome.change.allclose(expected, 1e-4, 1e-6)) << lanes << " lanes";
    EXPECT_TRUE(outcome.sums.nonfinite.empty());
    EXPECT_TRUE(outcome.sums.unused.empty());
  }
}

struct Cluster {
  int workers;
  int node_size;
};

class Clusters : public testing::TestWithParam<Cluster> {};

TEST_P(Clusters, HaveTheSameBitsAsOneWorker) {
  const auto [workers, node_size] = GetParam();
  for (const bool batch_norm : {false, true}) {
    for (const std::int64_t lanes : {8, 11}) {
      StepJob job{.lanes = lanes,
                  .batch_norm = batch_norm,
                  .samples = 10,
                  .steps = 3,
                  .optimizer = {.rule = UpdateRule::kAdam, .learning_rate = 0.1}};
      const StepOutcome alone = run_steps(job);
      job.workers = workers;
      job.node_size = node_size;
      expect_same_bits(run_steps(job), alone);
    }
  }
}

// Between nodes, in buckets of one or two blocks: some are launched during the backward pass.
TEST_P(Clusters, HaveTheSameBitsInSmallBuckets) {
  const auto [workers, node_size] = GetParam();
  StepJob job{.lanes = 11, .batch_norm = true, .steps = 3, .optimizer = {.rule = UpdateRule::kAdam, .learning_rate = 0.1}};
  job.exchange.comm.buckets = {.first_mib = 0.03, .mib = 0.06};
  const StepOutcome alone = run_steps(job);
  job.workers = workers;
  job.node_size = node_size;
  expect_same_bits(run_steps(job), alone);
}

TEST_P(Clusters, ClipAlike) {
  const auto [workers, node_size] = GetParam();
  StepJob job{.lanes = 8, .steps = 2, .exchange = {.clip_norm = 0.05}};
  const StepOutcome alone = run_steps(job);
  job.workers = workers;
  job.node_size = node_size;
  const StepOutcome shared = run_steps(job);
  expect_same_bits(shared, alone);
  EXPECT_EQ(shared.sums.gradient_norm, alone.sums.gradient_norm);
}

// 5 on nodes of 2: the third node has one rank.
INSTANTIATE_TEST_SUITE_P(All, Clusters,
                         testing::Values(Cluster{2, 0}, Cluster{3, 0}, Cluster{4, 0}, Cluster{8, 0}, Cluster{4, 2}, Cluster{3, 1},
                                         Cluster{5, 2}, Cluster{8, 3}),
                         [](const auto& test) { return fmt::format("{}OnNodesOf{}", test.param.workers, test.param.node_size); });

TEST(TrainingStep, Bfloat16BetweenNodesGivesNearlyTheSameResult) {
  StepJob job{.lanes = 4, .steps = 8, .optimizer = {.rule = UpdateRule::kSgd, .learning_rate = 0.05}};
  const StepOutcome exact = run_steps(job);
  job.exchange.comm.compression = Compression::kBf16;
  job.workers = 4;
  expect_same_bits(run_steps(job), exact);  // on one node nothing is sent
  job.node_size = 2;
  const StepOutcome rounded = run_steps(job);
  EXPECT_FALSE(rounded.change.equal(exact.change));
  EXPECT_LT((rounded.change - exact.change).norm().item<double>(), 3e-3 * exact.change.norm().item<double>());
}

// 11 lanes on 4 workers: the ranks of a node have sums that do not join.
TEST(TrainingStep, PowerSgdBetweenNodesGoesInTheSameDirection) {
  for (const std::int64_t lanes : {4, 11}) {
    StepJob job{.workers = 4, .node_size = 2, .lanes = lanes, .steps = 20, .optimizer = {.rule = UpdateRule::kSgd, .learning_rate = 0.05}};
    const at::Tensor exact = run_steps(job).change;
    job.exchange.comm.compression = Compression::kPowerSgd;
    job.exchange.comm.powersgd_rank = 2;
    job.exchange.comm.buckets = {.first_mib = 0.03, .mib = 0.06};
    const at::Tensor change = run_steps(job).change;
    EXPECT_FALSE(change.equal(exact));
    EXPECT_LT((change - exact).norm().item<double>(), 0.3 * exact.norm().item<double>()) << lanes << " lanes";
  }
}

TEST(TrainingStep, ClipsToTheGlobalNorm) {
  const StepOutcome outcome = run_steps({.workers = 2, .exchange = {.clip_norm = 0.05}});
  const double norm = mean_gradient().norm().item<double>();
  ASSERT_GT(norm, 0.05);
  EXPECT_NEAR(outcome.sums.gradient_norm, norm, 1e-5 * norm);
  EXPECT_NEAR(outcome.change.norm().item<double>(), 0.05, 1e-5);
  EXPECT_TRUE(outcome.change.allclose(-mean_gradient() * (0.05 / norm), 1e-4, 1e-7));
}

TEST(TrainingStep, LanesWithoutSamplesChangeNothing) {
  for (const bool batch_norm : {false, true}) {
    const StepOutcome alone = run_steps({.batch_norm = batch_norm, .samples = 3});
    EXPECT_EQ(alone.sums.samples, 3);
    expect_same_bits(run_steps({.workers = 4, .batch_norm = batch_norm, .samples = 3}), alone);
  }
}

TEST(TrainingStep, RunningAveragesAreTheLanesWeightedMean) {
  // By hand: a momentum of 0.1, starting from a mean of 0, in two lanes of five rows each.
  const auto model = small_net(true);
  const at::Tensor hidden = inputs().matmul(model->parameters()[0].tensor.detach().t());
  const at::Tensor expected = hidden.mean(0).mul(0.1);
  const StepOutcome outcome = run_steps({.workers = 2, .lanes = 2, .batch_norm = true});
  EXPECT_TRUE(outcome.buffers.narrow(0, 1, 300).to(at::kFloat).allclose(expected, 1e-4, 1e-6));
  EXPECT_EQ(outcome.buffers[-1].item<double>(), 1) << "batches seen";
}

TEST(TrainingStep, NamesTheFirstParameterWhoseGradientIsNotFinite) {
  for (const int node_size : {0, 1}) {
    const StepOutcome outcome = run_steps({.workers = 3, .node_size = node_size, .spoilt_sample = 4});
    EXPECT_EQ(outcome.sums.nonfinite, small_net(false)->parameters().front().name);
    EXPECT_TRUE(outcome.sums.updated);
  }
}

TEST(TrainingStep, SkipsAStepThatIsNotFiniteOnRequest) {
  const StepOutcome outcome = run_steps({.workers = 3, .batch_norm = true, .exchange = {.skip_nonfinite = true}, .spoilt_sample = 4});
  EXPECT_FALSE(outcome.sums.updated);
  EXPECT_EQ(outcome.change.abs().max().item<double>(), 0);
  EXPECT_TRUE(outcome.buffers.equal(flat(small_net(true)->buffers())));
}

TEST(TrainingStep, SkipsAStepWhoseLossIsNotFinite) {
  for (const int node_size : {0, 1}) {
    StepJob job{.workers = 2, .node_size = node_size, .batch_norm = true, .exchange = {.skip_nonfinite = true}};
    job.beside_loss = std::numeric_limits<double>::infinity();
    const StepOutcome outcome = run_steps(job);
    EXPECT_FALSE(outcome.sums.updated);
    EXPECT_TRUE(outcome.sums.nonfinite.empty()) << "the gradients are finite";
    EXPECT_EQ(outcome.change.abs().max().item<double>(), 0);
    EXPECT_TRUE(outcome.buffers.equal(flat(small_net(true)->buffers())));
  }
}

// There is no divisor: no label is known.
TEST(TrainingStep, SkipsAStepInWhichNoSampleCounts) {
  for (const bool skip : {false, true}) {
    const StepOutcome outcome = run_steps({.workers = 2, .batch_norm = true, .exchange = {.skip_nonfinite = skip}, .weighs = false});
    EXPECT_FALSE(outcome.sums.updated);
    EXPECT_EQ(outcome.change.abs().max().item<double>(), 0);
  }
}

TEST(TrainingStep, ARequestToStopReachesEveryRank) {
  for (const int node_size : {0, 2}) {
    test::run_ranks(
        3,
        [&](comm::Communicator& world) {
          const auto model = small_net(false);
          comm::Node node(world);
          TrainingStep step(*model, node, 3, {}, {}, cpu());
          StopRequest request;
          Timeline timeline;
          if (world.rank() == 2) request.preempt();
          step.gradients().begin_step();
          step.gradients().accumulate({}, 0, 0);
          const StepSums sums = step.complete(Wishes(request), 1, timeline);
          EXPECT_TRUE(sums.wishes.preempt);
          EXPECT_FALSE(sums.wishes.interrupt);
          EXPECT_FALSE(sums.wishes.out_of_time);
          world.barrier();
        },
        node_size);
  }
}

TEST(TrainingStep, NamesAParameterThatGetsNoGradient) {
  test::run_ranks(2, [&](comm::Communicator& world) {
    const auto model = small_net(false);
    const auto parameters = model->parameters();
    const at::Tensor before = parameters[1].tensor.detach().clone();
    comm::Node node(world);
    TrainingStep step(*model, node, 2, {}, {}, cpu());
    Timeline timeline;
    step.gradients().begin_step();
    at::Tensor loss = parameters[0].tensor.square().sum();
    for (std::size_t i = 1; i < parameters.size(); ++i) {
      if (world.rank() == 0 || i != 1) loss = loss + parameters[i].tensor.square().sum();
    }
    step.gradients().accumulate(loss, 1, 1);
    EXPECT_EQ(step.complete({}, 1, timeline).unused, parameters[1].name) << "on rank " << world.rank();
    world.barrier();
  });
}

TEST(ParameterArena, IsWhatTheModelComputesWith) {
  test::run_ranks(2, [](comm::Communicator& world) {
    const auto model = small_net(false);
    const auto parameters = model->parameters();
    comm::Node node(world);
    ParameterArena arena(*model, node);
    EXPECT_EQ(arena.slices()[1].begin % 16, 0) << "each parameter starts on a 64-byte boundary";
    EXPECT_EQ(arena.parameter_at(arena.slices()[1].begin), parameters[1].name);

    const at::NoGradGuard no_grad;
    if (world.rank() == 1) arena.values()[arena.slices()[1].begin].fill_(7);
    world.barrier();
    EXPECT_EQ(parameters[1].tensor.reshape({-1})[0].item<float>(), 7) << "one copy for the ranks of a node";
    world.barrier();
  });
}

}  // namespace
}  // namespace galen::trainer
