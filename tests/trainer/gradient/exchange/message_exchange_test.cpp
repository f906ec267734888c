#include "trainer/gradient/exchange/message_exchange.h"

#include "models/factory.h"
#include "tests/support/thread_communicator.h"
#include "trainer/gradient/optimizer/update_kernels.h"
#include "trainer/tasks/task.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace galen::trainer {
namespace {

constexpr std::int64_t kSamples = 10;

struct Job {
  int workers = 1;
  std::int64_t lanes = 8;
  ExchangeOptions exchange = {};
  std::int64_t spoilt_sample = -1;  // its input is NaN
  double beside_loss = 0;           // a constant added to the loss, without effect on gradients
};

struct Outcome {
  at::Tensor parameters;
  StepSums sums;
};

// The exchange of GPU workers with tensors on the CPU: every rank is a separate node, so that each has its own parameters.
Outcome run(const Job& job) {
  std::vector<Outcome> outcomes(static_cast<std::size_t>(job.workers));
  test::run_ranks(
      job.workers,
      [&](comm::Communicator& world) {
        models::ModelOptions options;
        options.name = "dense_net";
        options.hidden = {300, 100};
        options.batch_norm = true;
        const auto model = models::make_model(options, {{12}, 3, true}, /*seed=*/5);
        const auto task = make_task({.kind = data::TaskKind::kMulticlass}, {"a", "b", "c"}, models::OutputForm::kLogits);
        at::Tensor inputs = at::arange(kSamples * 12, at::kFloat).mul(0.7f).sin().reshape({kSamples, 12});
        if (job.spoilt_sample >= 0) inputs[job.spoilt_sample].fill_(std::numeric_limits<float>::quiet_NaN());
        const at::Tensor targets = at::arange(kSamples, at::kLong).remainder(3);

        comm::Node node(world);
        ParameterArena arena(*model, node);
        const Range lanes = lane_range({0, job.lanes}, world.rank(), world.size());
        Gradients gradients(*model, arena, lanes, job.lanes, 4, &job.exchange.comm.buckets);
        const auto optimizer = make_optimizer({.rule = UpdateRule::kAdam, .learning_rate = 0.1}, arena, cpu_update_kernels());
        MessageExchange exchange(job.exchange, {arena, gradients, *optimizer, node, job.lanes}, cpu_update_kernels(), world);
        gradients.on_bucket([&](std::size_t bucket) { exchange.launch(bucket); });

        Outcome& outcome = outcomes[static_cast<std::size_t>(world.rank())];
        Timeline timeline;
        model->set_training(true);
        for (std::int64_t step = 1; step <= 3; ++step) {
          gradients.begin_step();
          for (std::int64_t lane = lanes.begin; lane < lanes.end; ++lane) {
            const Range rows = lane_range({0, kSamples}, static_cast<int>(lane), static_cast<int>(job.lanes));
            gradients.begin_lane();
            const at::Tensor output = model->forward(inputs.narrow(0, rows.begin, rows.size())).main;
            const at::Tensor target = targets.narrow(0, rows.begin, rows.size());
            gradients.accumulate(task->loss(output, target) + job.beside_loss, task->weight(target), rows.size());
          }
          outcome.sums = exchange.complete({}, step, timeline);
        }
        outcome.parameters = arena.values().clone();
        world.barrier();
      },
      /*node_size=*/1);
  for (const Outcome& outcome : outcomes) EXPECT_TRUE(outcome.parameters.equal(outcomes[0].parameters) || job.spoilt_sample >= 0);
  return outcomes.back();
}

TEST(MessageExchange, HasTheSameBitsForEveryNumberOfWorkers) {
  Job job;
  job.exchange.comm.buckets = {.first_mib = 0.03, .mib = 0.06};
  for (const double clip_norm : {0.0, 0.05}) {
    job.exchange.clip_norm = clip_norm;
    job.workers = 1;
    const Outcome alone = run(job);
    for (const int workers : {2, 3, 4, 8}) {
      job.workers = workers;
      const Outcome shared = run(job);
      EXPECT_TRUE(shared.parameters.equal(alone.parameters)) << workers << " workers";
      EXPECT_EQ(shared.sums.loss, alone.sums.loss);
      EXPECT_EQ(shared.sums.gradient_norm, alone.sums.gradient_norm);
    }
  }
}

TEST(MessageExchange, FastOrderGivesNearlyTheSameResult) {
  Job job;
  const Outcome exact = run(job);
  job.exchange.comm.order = AdditionOrder::kFast;
  job.workers = 3;
  const Outcome fast = run(job);
  EXPECT_LT((fast.parameters - exact.parameters).norm().item<double>(), 1e-2 * exact.parameters.norm().item<double>());
}

TEST(MessageExchange, FindsNonfiniteGradients) {
  Job job{.workers = 3, .spoilt_sample = 4};
  EXPECT_FALSE(run(job).sums.nonfinite.empty());
  job.exchange.skip_nonfinite = true;
  const Outcome skipped = run(job);
  EXPECT_FALSE(skipped.sums.updated);
  EXPECT_TRUE(skipped.parameters.isfinite().all().item<bool>());
}

TEST(MessageExchange, SkipsAStepWhoseLossIsNotFinite) {
  Job job{.workers = 2};
  job.exchange.skip_nonfinite = true;
  job.beside_loss = std::numeric_limits<double>::infinity();
  const Outcome skipped = run(job);
  EXPECT_FALSE(skipped.sums.updated);
  EXPECT_TRUE(skipped.sums.nonfinite.empty()) << "the gradients are finite";
}

}  // namespace
}  // namespace galen::trainer
