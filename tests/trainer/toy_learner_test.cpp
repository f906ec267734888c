// Adding a learner from outside: it is trained, stopped, resumed on other ranks, and evaluated like any other.

#include "comm/mpi_communicator.h"
#include "galen/range.h"
#include "models/module_model.h"
#include "tests/trainer/small_run.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/learner/wishes.h"
#include "trainer/predictor/dataset_prediction.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <torch/nn/module.h>

#include <cmath>

namespace galen::trainer {
namespace {

constexpr std::int64_t kRounds = 4;

struct Constant : torch::nn::Module {
  at::Tensor forward(const at::Tensor& x) { return logit.expand({x.size(0), 1}); }
  at::Tensor logit = register_buffer("logit", at::zeros({1}));
};

/// The mean of the targets: a quarter of the training samples a round, whose sums are kept.
class MeanOfTargets final : public Learner {
 public:
  explicit MeanOfTargets(Setting& setting) : setting_(setting) {}

  models::Model& model() override { return *setting_.model; }
  std::int64_t epochs() const override { return 1; }
  std::int64_t rounds() const override { return kRounds; }
  bool completes_epoch(const TrainingState& state) const override { return state.step >= kRounds; }

  Snapshot state() override {
    return {{weights_section(model()), {.name = "sums", .tensors = {{"sums", sums_}}, .most_rows = {{"sums", kRounds}}}}};
  }

  Round next(const TrainingState& state, RoundHost& host) override {
    const std::vector<std::int64_t>& samples = setting_.data.training;
    const Range part = lane_range({0, static_cast<std::int64_t>(samples.size())}, state.step, kRounds);
    const Range mine = lane_range(part, setting_.workers->rank(), setting_.workers->size());
    at::Tensor sum = at::zeros({1}, at::kDouble);
    for (std::int64_t i = mine.begin; i < mine.end; ++i) sum += setting_.data.dataset->targets()[samples[i]].to(at::kDouble);
    setting_.workers->all_reduce(sum, comm::Reduction::kSum);

    Round round{.loss = sum.item<double>(), .weight = static_cast<double>(part.size()), .samples = part.size()};
    round.wishes = agree(host.before_change(), *setting_.workers);
    sums_ = at::cat({sums_, sum});
    const double mean = sums_.sum().item<double>() / static_cast<double>(part.end);
    model().buffers().front().tensor.fill_(std::log(mean / (1 - mean)));
    return round;
  }

  Findings findings() override { return {.text = "", .json = fmt::format("{{\"sum\": {}}}\n", sums_.sum().item<double>())}; }

 private:
  Setting& setting_;
  at::Tensor sums_ = at::zeros({0}, at::kDouble);  // of each round so far
};

class ToyLearner : public testing::Test {
 protected:
  ExperimentOutcome train_toy(const ExperimentOptions& options) {
    return train(options, *world_, nullptr, models::wrap(std::make_shared<Constant>()),
                 [](const ExperimentOptions&, Setting& setting) { return std::make_unique<MeanOfTargets>(setting); });
  }

  std::unique_ptr<comm::Communicator> world_ = comm::make_mpi_communicator(MPI_COMM_WORLD);
  test::SharedFolder folder_{*world_, 28, 1, 70};
};

TEST_F(ToyLearner, IsTrainedResumedAndEvaluatedLikeAnyOther) {
  const ExperimentOutcome whole = train_toy(test::small_run(folder_, "whole"));
  EXPECT_EQ(whole.ending, Ending::kFinished);
  EXPECT_EQ(whole.state.step, kRounds);

  ExperimentOptions options = test::small_run(folder_, "stopped");
  options.trainer.max_steps = 2;
  EXPECT_EQ(train_toy(options).ending, Ending::kStepLimit);
  options.trainer.max_steps = 0;
  options.resume = true;
  const ExperimentOutcome resumed = train_toy(options);
  EXPECT_EQ(resumed.state.step, kRounds);
  EXPECT_EQ(read_manifest(resumed.last).digests, read_manifest(whole.last).digests);

  const auto scored = predict_dataset({.checkpoint = resumed.best, .dataset = options.dataset, .split = {}, .subset = "train"}, *world_,
                                      models::wrap(std::make_shared<Constant>()));
  const at::Tensor targets = scored.predictions.records.select(1, 1);  // after the score
  EXPECT_NEAR(scored.predictions.records[0][0].item<double>(), targets.mean().item<double>(), 1e-6);
  EXPECT_DOUBLE_EQ(resumed.validation.value("auc"), 0.5);
  if (world_->rank() == 0) {
    const double sum = targets.sum().item<double>();
    EXPECT_EQ(test::read_file(options.folder + "/findings.json"), fmt::format("{{\"sum\": {}}}\n", sum));
  }
}

}  // namespace
}  // namespace galen::trainer
