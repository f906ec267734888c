#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/index_select.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/round.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <map>

namespace galen::trainer {
namespace {

constexpr std::int64_t kMeasured = 200;

// Spread without a pattern, and rounded so that there are ties.
at::Tensor noise(std::int64_t columns, double frequency) {
  return at::arange(kMeasured * columns, at::kDouble)
      .reshape({kMeasured, columns})
      .mul(frequency)
      .sin()
      .mul(20)
      .round()
      .div(8)
      .to(at::kFloat);
}

std::vector<std::int64_t> multiplicity() {
  std::vector<std::int64_t> times;
  for (std::int64_t i = 0; i < kMeasured; ++i) times.push_back(i * i % 7);
  return times;
}

template <typename Value>
nlohmann::json to_json(const at::Tensor& tensor) {
  nlohmann::json json = nlohmann::json::array();
  if (tensor.dim() == 1) {
    for (std::int64_t i = 0; i < tensor.size(0); ++i) json.push_back(tensor[i].item<Value>());
  } else {
    for (std::int64_t i = 0; i < tensor.size(0); ++i) json.push_back(to_json<Value>(tensor[i]));
  }
  return json;
}

std::map<std::string, double> by_name(const std::vector<Measure>& measures) {
  std::map<std::string, double> result;
  for (const Measure& measure : measures) result[measure.name] = measure.value;
  return result;
}

// Numbers of the samples, each as often as it counts.
at::Tensor repeated(const std::vector<std::int64_t>& multiplicity) {
  std::vector<std::int64_t> index;
  for (std::size_t i = 0; i < multiplicity.size(); ++i) index.insert(index.end(), static_cast<std::size_t>(multiplicity[i]), i);
  return at::tensor(index, at::kLong);
}

// scikit-learn's results for the same case, with the multiplicities as sample weights.
nlohmann::json by_scikit_learn(const nlohmann::json& input) {
  const test::TemporaryFolder folder;
  const auto script = test::source_folder() / "tests/trainer/tasks/sklearn_metrics.py";
  const test::ProgramResult result = test::run_python({script, folder.write("case.json", input.dump())});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return nlohmann::json::parse(result.output);
}

void expect_agrees(const Task& task, const at::Tensor& outputs, const at::Tensor& targets) {
  if (!test::python()) GTEST_SKIP() << "needs scikit-learn (launch/setup.sh --tests)";
  const at::Tensor scores = task.scores(outputs);
  const std::vector<std::vector<std::int64_t>> multiplicities = {std::vector<std::int64_t>(kMeasured, 1), multiplicity()};
  const nlohmann::json expected =
      by_scikit_learn({{"task", task.name()},
                       {"scores", to_json<float>(scores)},
                       {"targets", targets.scalar_type() == at::kLong ? to_json<std::int64_t>(targets) : to_json<float>(targets)},
                       {"multiplicities", multiplicities}});
  for (std::size_t i = 0; i < multiplicities.size(); ++i) {
    const at::Tensor index = repeated(multiplicities[i]);
    const at::Tensor records = task.records(outputs.index_select(0, index), targets.index_select(0, index));
    auto metrics = by_name(task.metrics(records));
    metrics.merge(by_name(task.further_measures(records, {})));
    metrics.erase("loss");  // see losses_test
    EXPECT_EQ(metrics.size(), expected["metrics"][i].size());
    for (const auto& [name, value] : expected["metrics"][i].items()) EXPECT_NEAR(metrics.at(name), value.get<double>(), 1e-12) << name;
  }
  if (task.exclusive()) {
    EXPECT_EQ(to_json<std::int64_t>(task.confusion(task.records(outputs, targets))), expected["confusion"]);
  }
}

TEST(Metrics, BinaryAgreesWithScikitLearn) {
  const auto task = make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, models::OutputForm::kLogits);
  const at::Tensor targets = noise(1, 0.37).add(noise(1, 1.91)).squeeze(1).gt(0.8).to(at::kLong);
  expect_agrees(*task, noise(1, 0.37), targets);
}

TEST(Metrics, MulticlassAgreesWithScikitLearn) {
  const auto task = make_task({.kind = data::TaskKind::kMulticlass}, {"a", "b", "c", "d"}, models::OutputForm::kLogits);
  const at::Tensor targets = at::arange(kMeasured, at::kLong).mul(3).remainder(5).remainder(4);
  at::Tensor outputs = noise(4, 0.71);
  for (std::int64_t i = 0; i < kMeasured; ++i) outputs[i][targets[i].item<std::int64_t>()].add_(0.5);
  expect_agrees(*task, outputs, targets);
}

TEST(Metrics, MultilabelAgreesWithScikitLearn) {
  const auto task = make_task({.kind = data::TaskKind::kMultilabel}, {"a", "b", "c"}, models::OutputForm::kLogits);
  const at::Tensor targets = noise(3, 0.37).add(noise(3, 1.91)).gt(0.8).to(at::kFloat);
  expect_agrees(*task, noise(3, 0.37), targets);
}

TEST(Metrics, LabelsThatAreNotKnownDoNotCount) {
  const auto task = make_task({.kind = data::TaskKind::kMultilabel}, {"a", "b", "c"}, models::OutputForm::kLogits);
  at::Tensor targets = noise(3, 0.37).add(noise(3, 1.91)).gt(0.8).to(at::kFloat);
  targets.masked_fill_(noise(3, 0.53).gt(0.5), NAN);
  expect_agrees(*task, noise(3, 0.37), targets);
}

TEST(Metrics, RegressionAgreesWithScikitLearn) {
  const auto task = make_task({.kind = data::TaskKind::kRegression}, {"a", "b"}, models::OutputForm::kLogits);
  const at::Tensor outputs = noise(2, 0.37);
  expect_agrees(*task, outputs, outputs.add(noise(2, 1.91).mul(0.3)).add(5));
}

TEST(Metrics, AnAbsentClassIsLeftOutOfTheMean) {
  const auto task = make_task({.kind = data::TaskKind::kMulticlass}, {"a", "b", "c"}, models::OutputForm::kProbabilities);
  const at::Tensor scores = at::tensor({0.8F, 0.2F, 0.0F, 0.3F, 0.7F, 0.0F, 0.6F, 0.4F, 0.0F}).reshape({3, 3});
  const auto metrics = by_name(task->metrics(task->records(scores, at::tensor({0, 1, 1}, at::kLong))));
  EXPECT_EQ(metrics.at("auc"), 1);
  EXPECT_EQ(metrics.at("sensitivity"), (1 + 0.5) / 2);
  EXPECT_EQ(metrics.at("specificity"), (0.5 + 1 + 1) / 3) << "class c is rightly never predicted";
}

TEST(Metrics, WhatIsUndefinedIsNotANumber) {
  const auto binary = make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, models::OutputForm::kLogits);
  const auto metrics = by_name(binary->metrics(binary->records(at::full({2, 1}, 0.7F), at::tensor({1, 1}, at::kLong))));
  EXPECT_EQ(metrics.at("accuracy"), 1);
  EXPECT_EQ(metrics.at("sensitivity"), 1);
  EXPECT_TRUE(std::isnan(metrics.at("auc")));
  EXPECT_TRUE(std::isnan(metrics.at("specificity")));
  const auto regression = make_task({.kind = data::TaskKind::kRegression}, {"0"}, models::OutputForm::kLogits);
  EXPECT_TRUE(std::isnan(by_name(regression->metrics(regression->records(at::zeros({2, 1}), at::full({2, 1}, 3.0F)))).at("r2")));
}

TEST(Metrics, AScoreAtTheThresholdIsPositive) {
  const auto binary = make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, models::OutputForm::kProbabilities);
  const at::Tensor even = at::full({1, 1}, 0.5F);
  EXPECT_EQ(binary->confusion(binary->records(even, at::ones({1}, at::kLong)))[1][1].item<std::int64_t>(), 1);
  EXPECT_EQ(by_name(binary->metrics(binary->records(even, at::ones({1}, at::kLong)))).at("sensitivity"), 1);
  EXPECT_EQ(by_name(binary->metrics(binary->records(even, at::zeros({1}, at::kLong)))).at("specificity"), 0);
  const auto labels = make_task({.kind = data::TaskKind::kMultilabel}, {"x"}, models::OutputForm::kProbabilities);
  EXPECT_EQ(by_name(labels->metrics(labels->records(even, at::ones({1, 1})))).at("sensitivity"), 1);
  EXPECT_EQ(by_name(labels->metrics(labels->records(even, at::zeros({1, 1})))).at("specificity"), 0);
}

TEST(Metrics, OfEvenScoresTheFirstIsTaken) {
  const auto multiclass = make_task({.kind = data::TaskKind::kMulticlass}, {"no", "yes"}, models::OutputForm::kProbabilities);
  EXPECT_EQ(multiclass->confusion(multiclass->records(at::full({1, 2}, 0.5F), at::zeros({1}, at::kLong)))[0][0].item<std::int64_t>(), 1);
}

TEST(Metrics, AreNamedByTheirTask) {
  const auto names_of = [](const Task& task) {
    std::vector<std::string> names;
    for (const Measure& metric : unmeasured(task)) names.push_back(metric.name);
    return names;
  };
  const auto names = [&](data::TaskKind task, const std::vector<std::string>& of) {
    return names_of(*make_task({.kind = task}, of, models::OutputForm::kLogits));
  };
  using testing::ElementsAre;
  EXPECT_THAT(names(data::TaskKind::kBinary, {"no", "yes"}), ElementsAre("loss", "accuracy", "auc", "sensitivity", "specificity"));
  EXPECT_THAT(names(data::TaskKind::kMulticlass, {"a", "b", "c"}), ElementsAre("loss", "accuracy", "auc", "sensitivity", "specificity"));
  EXPECT_THAT(names(data::TaskKind::kMultilabel, {"x", "y"}),
              ElementsAre("loss", "accuracy", "auc", "sensitivity", "specificity", "auc.x", "auc.y"));
  EXPECT_THAT(names(data::TaskKind::kRegression, {"x"}), ElementsAre("mean_squared_error", "mean_absolute_error", "r2"))
      << "the first is the loss";
  EXPECT_THAT(names(data::TaskKind::kRegression, {"x", "y"}),
              ElementsAre("mean_squared_error", "mean_absolute_error", "r2", "mean_squared_error.x", "mean_absolute_error.x", "r2.x",
                          "mean_squared_error.y", "mean_absolute_error.y", "r2.y"));
  const TargetScale scale{{50}, {3}};
  EXPECT_THAT(names_of(*make_task({.kind = data::TaskKind::kRegression, .target_scale = scale}, {"x"}, models::OutputForm::kLogits)),
              ElementsAre("loss", "mean_squared_error", "mean_absolute_error", "r2"));
}

TEST(Metrics, KnowWhichDirectionIsBetter) {
  const TargetScale scale{{50, 60}, {3, 2}};
  const std::vector<std::unique_ptr<Task>> tasks = [&] {
    std::vector<std::unique_ptr<Task>> made;
    made.push_back(make_task({.kind = data::TaskKind::kBinary}, {"no", "yes"}, models::OutputForm::kLogits));
    made.push_back(make_task({.kind = data::TaskKind::kMulticlass}, {"a", "b", "c"}, models::OutputForm::kLogits));
    made.push_back(make_task({.kind = data::TaskKind::kMultilabel}, {"x", "y"}, models::OutputForm::kLogits));
    made.push_back(make_task({.kind = data::TaskKind::kRegression, .target_scale = scale}, {"x", "v1.2"}, models::OutputForm::kLogits));
    return made;
  }();
  for (const auto& task : tasks) {
    const at::Tensor nothing = at::zeros({0, task->record_size()}, at::kDouble);
    std::vector<Measure> measures = unmeasured(*task);
    for (Measure& further : task->further_measures(nothing, 0.1)) measures.push_back(std::move(further));
    for (const Measure& measure : measures) {
      const bool is_error = measure.name == "loss" || measure.name == "brier" || measure.name.starts_with("mean_");
      EXPECT_EQ(measure.direction, is_error ? Direction::kSmallerIsBetter : Direction::kLargerIsBetter) << measure.name;
      EXPECT_TRUE(std::isnan(measure.value)) << measure.name << " of nothing";
    }
  }
}

}  // namespace
}  // namespace galen::trainer
