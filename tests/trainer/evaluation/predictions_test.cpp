#include "trainer/evaluation/predictions.h"

#include "comm/single_communicator.h"
#include "models/factory.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"
#include "tests/trainer/evaluation/small_dataset.h"
#include "trainer/evaluation/report.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/softmax.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <numeric>

namespace galen::trainer {
namespace {

constexpr std::int64_t kSamples = 61;
constexpr std::int64_t kFeatures = 12;

class Predict : public testing::Test {
 protected:
  Predict() {
    dataset_ =
        test::small_dataset(folder_ / "small.h5", "multiclass", {"a", "b", "c"}, kFeatures, at::arange(kSamples, at::kLong).remainder(3));
  }

  // Every second sample, in descending order: another order than the data set's, and not all of it.
  std::vector<std::int64_t> members() const {
    std::vector<std::int64_t> result;
    for (std::int64_t sample = kSamples - 1; sample >= 0; sample -= 2) result.push_back(sample);
    return result;
  }

  static std::unique_ptr<models::Model> model() {
    models::ModelOptions options;
    options.name = "dense_net";
    options.hidden = {16};
    options.dropout = 0.5;  // must be off
    return models::make_model(options, {{kFeatures}, 3, true}, /*seed=*/5);
  }

  Predictions predict_on(comm::Communicator& communicator, const std::vector<std::int64_t>& chosen, std::int64_t batch) const {
    return predict(*model(), *task_, {dataset_, chosen, {preparation_}}, communicator, {.batch = batch});
  }

  Predictions predict_alone(const std::vector<std::int64_t>& chosen, std::int64_t batch) const {
    return predict_on(*comm::make_single_communicator(), chosen, batch);
  }

  test::TemporaryFolder folder_;
  std::shared_ptr<const data::Dataset> dataset_;
  const std::unique_ptr<Task> task_ = make_task({.kind = data::TaskKind::kMulticlass}, {"a", "b", "c"}, models::OutputForm::kLogits);
  data::Preparation preparation_ = {.scaling = {std::vector<float>(kFeatures, 0.25F), std::vector<float>(kFeatures, 2.0F)}};
};

TEST_F(Predict, IsAForwardPassOverEachSampleInTheRequestedOrder) {
  const Predictions predictions = predict_alone(members(), 4);
  at::Tensor input = at::empty({static_cast<std::int64_t>(members().size()), kFeatures}, at::kFloat);
  dataset_->read(members(), input);
  const auto net = model();
  net->set_training(false);
  const at::NoGradGuard no_gradients;
  const at::Tensor outputs = net->forward(input.sub(0.25).div(2)).main;
  EXPECT_TRUE(predictions.records.narrow(1, 0, 3).allclose(outputs.softmax(1).to(at::kDouble), 1e-5, 1e-6));
  EXPECT_FALSE(predictions.records.requires_grad());
  std::vector<std::int64_t> expected = members();
  EXPECT_TRUE(predictions.index.equal(at::from_blob(expected.data(), {static_cast<std::int64_t>(expected.size())}, at::kLong)));
  EXPECT_TRUE(predictions.records.select(1, 3).equal(predictions.index.remainder(3).to(at::kDouble)));
}

TEST_F(Predict, HasTheSameBitsForEveryNumberOfRanks) {
  for (const std::int64_t batch : {1, 4, 7, 100}) {
    const Predictions alone = predict_alone(members(), batch);
    for (int ranks : {2, 3, 4}) {
      test::run_ranks(ranks, [&](comm::Communicator& communicator) {
        const Predictions shared = predict_on(communicator, members(), batch);
        EXPECT_TRUE(shared.records.equal(alone.records)) << ranks << " ranks, batch " << batch;
        EXPECT_TRUE(shared.index.equal(alone.index));
      });
    }
  }
}

TEST_F(Predict, GivesTheSameReportForEveryNumberOfRanks) {
  const auto report = [&](comm::Communicator& communicator) {
    return to_json(make_report(*task_, predict_on(communicator, members(), 4), *dataset_, {.intervals = {.resamples = 50}}, communicator))
        .dump();
  };
  const std::string alone = report(*comm::make_single_communicator());
  test::run_ranks(3, [&](comm::Communicator& communicator) { EXPECT_EQ(report(communicator), alone); });
}

TEST_F(Predict, ShowsEachBatchOnTheRankThatRanItAndInOrder) {
  for (const int ranks : {1, 3}) {
    std::vector<std::vector<std::int64_t>> seen(static_cast<std::size_t>(ranks));
    test::run_ranks(ranks, [&](comm::Communicator& communicator) {
      auto& mine = seen[static_cast<std::size_t>(communicator.rank())];
      const auto visit = [&](const PredictedBatch& batch) {
        EXPECT_EQ(batch.outputs.sizes(), (std::vector<std::int64_t>{batch.index.size(0), 3}));
        EXPECT_TRUE(batch.targets.equal(batch.index.remainder(3)));
        const auto* index = batch.index.const_data_ptr<std::int64_t>();
        mine.insert(mine.end(), index, index + batch.index.size(0));
      };
      predict(*model(), *task_, {dataset_, members(), {preparation_}}, communicator, {.batch = 4, .visit = visit});
    });
    std::vector<std::int64_t> all;
    for (const auto& of_rank : seen) all.insert(all.end(), of_rank.begin(), of_rank.end());
    EXPECT_EQ(all, members()) << ranks << " ranks";
    if (ranks > 1) {
      EXPECT_LT(seen.front().size(), all.size());
    }
  }
}

TEST_F(Predict, WithoutTargetsAreRecordsOfScoresAlone) {
  const auto unlabelled = std::make_shared<const data::Dataset>(data::DatasetOptions{.file = folder_ / "small.h5", .target = ""});
  const Predictions predictions =
      predict(*model(), *task_, {unlabelled, members(), {preparation_}}, *comm::make_single_communicator(), {.batch = 4});
  EXPECT_TRUE(predictions.records.narrow(1, 0, 3).equal(predict_alone(members(), 4).records.narrow(1, 0, 3)));
  EXPECT_TRUE(predictions.records.narrow(1, 3, 3).isnan().all().item<bool>()) << "target, loss and weight";
}

TEST_F(Predict, AllowsFewerSamplesThanRanks) {
  for (const std::vector<std::int64_t>& chosen : {std::vector<std::int64_t>{3, 1}, std::vector<std::int64_t>{}}) {
    test::run_ranks(4, [&](comm::Communicator& communicator) {
      const Predictions predictions = predict_on(communicator, chosen, 1);
      EXPECT_EQ(predictions.records.size(0), static_cast<std::int64_t>(chosen.size()));
      if (chosen.empty()) return;
      EXPECT_TRUE(predictions.records.equal(predict_alone(chosen, 1).records));
    });
  }
}

}  // namespace
}  // namespace galen::trainer
