#include "data/files/dataset_writer.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace galen::trainer {
namespace {

using models::OutputForm;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

// A data set of six samples of two features with the targets given.
class TaskChoice : public testing::Test {
 protected:
  const data::Dataset& dataset(const std::string& task, const std::vector<std::string>& class_names, const at::Tensor& targets) {
    data::DatasetDescription description;
    description.input = "tabular";
    description.sample_shape = {2};
    description.type = at::kFloat;
    description.size = 6;
    description.task = task;
    description.class_names = class_names;
    const std::string file = folder_ / (task + ".h5");
    data::DatasetWriter writer(file, description, /*overwrite=*/true);
    writer.append(at::zeros({6, 2}));
    if (targets.defined()) writer.set_targets(targets);
    writer.finish();
    dataset_ = std::make_unique<data::Dataset>(data::DatasetOptions{.file = file});
    return *dataset_;
  }
  const data::Dataset& two_classes() { return dataset("binary", {"no", "yes"}, at::tensor({0, 0, 1, 0, 0, 1}, at::kLong)); }
  const data::Dataset& three_classes() { return dataset("multiclass", {"a", "b", "c"}, at::arange(6, at::kLong).remainder(3)); }
  const data::Dataset& two_labels() {
    return dataset("multilabel", {"x", "y"}, at::arange(12).remainder(3).eq(0).to(at::kFloat).reshape({6, 2}));
  }
  const data::Dataset& two_values() { return dataset("regression", {}, at::arange(12, at::kFloat).reshape({6, 2})); }

  std::string complaint(data::TaskKind task, const data::Dataset& dataset) {
    try {
      task_shape({.kind = task}, dataset);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "";
  }

  std::vector<std::int64_t> all() {
    std::vector<std::int64_t> samples(6);
    std::iota(samples.begin(), samples.end(), 0);
    return samples;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<data::Dataset> dataset_;
};

TEST_F(TaskChoice, AutoIsWhatTheTargetsAre) {
  EXPECT_EQ(make_task({}, two_classes(), all(), OutputForm::kLogits)->name(), "binary");
  EXPECT_EQ(make_task({}, three_classes(), all(), OutputForm::kLogits)->name(), "multiclass");
  EXPECT_EQ(make_task({}, two_labels(), all(), OutputForm::kLogits)->name(), "multilabel");
  EXPECT_EQ(make_task({}, two_values(), all(), OutputForm::kLogits)->name(), "regression");
}

TEST_F(TaskChoice, TheShapeIsThatOfTheTask) {
  for (const data::TaskKind kind : {data::TaskKind::kAuto, data::TaskKind::kMulticlass, data::TaskKind::kRegression}) {
    const auto task = make_task({.kind = kind}, two_classes(), all(), OutputForm::kLogits);
    const TaskShape shape = task_shape({.kind = kind}, *dataset_);
    EXPECT_EQ(shape.outputs, task->outputs()) << name_of(kind);
    EXPECT_EQ(shape.exclusive, task->exclusive()) << name_of(kind);
  }
  EXPECT_EQ(task_shape({}, two_classes()).outputs, 1);
  EXPECT_EQ(task_shape({.kind = data::TaskKind::kMulticlass}, two_classes()).outputs, 2);
  EXPECT_EQ(task_shape({.kind = data::TaskKind::kRegression}, two_classes()).outputs, 1);
  EXPECT_EQ(task_shape({}, three_classes()).outputs, 3);
  EXPECT_EQ(task_shape({}, two_values()).outputs, 2);
  EXPECT_FALSE(task_shape({}, two_labels()).exclusive);
}

TEST_F(TaskChoice, ATaskThatDoesNotFitIsRefused) {
  EXPECT_THAT(complaint(data::TaskKind::kBinary, three_classes()),
              AllOf(HasSubstr("binary"), HasSubstr("multiclass.h5"), HasSubstr("3 in all")));
  EXPECT_THAT(complaint(data::TaskKind::kMultilabel, two_classes()), HasSubstr("a class for each sample"));
  EXPECT_THAT(complaint(data::TaskKind::kMulticlass, two_values()), HasSubstr("values"));
  EXPECT_THAT(complaint(data::TaskKind::kAuto, dataset("", {}, {})), HasSubstr("data.target"));
}

TEST_F(TaskChoice, BalancedWeightsAreCountedOverTheTrainingSamplesAlone) {
  const std::vector<std::int64_t> training = {0, 1, 2};  // classes 0, 0, 1
  const TaskOptions resolved = resolve({data::TaskKind::kAuto, "balanced"}, two_classes(), training);
  EXPECT_EQ(resolved.kind, data::TaskKind::kBinary);
  EXPECT_EQ(resolved.class_weights, "0.75, 1.5");
  EXPECT_EQ(resolve({data::TaskKind::kAuto, "balanced"}, two_labels(), all()).class_weights, "2, 2");
  EXPECT_THROW(make_task({data::TaskKind::kAuto, "balanced"}, two_values(), all(), OutputForm::kLogits), UsageError);
}

TEST_F(TaskChoice, ResolvedOptionsGiveTheSameTaskWithoutTheData) {
  const auto task = make_task({data::TaskKind::kAuto, "balanced"}, two_classes(), all(), OutputForm::kLogits);
  const auto again = make_task(resolve({data::TaskKind::kAuto, "balanced"}, *dataset_, all()), task->names(), OutputForm::kLogits);
  EXPECT_THAT(again->names(), ElementsAre("no", "yes"));
  EXPECT_EQ(again->name(), task->name());
  EXPECT_EQ(again->weight(dataset_->targets()), task->weight(dataset_->targets()));
}

TEST_F(TaskChoice, NoTaskLearnsMasks) {
  const std::string file = folder_ / "masks.h5";
  data::DatasetWriter writer(file, {.sample_shape = {1, 4, 4}, .size = 6, .has_mask = true});
  writer.append(at::zeros({6, 1, 4, 4}, at::kByte), at::zeros({6, 4, 4}, at::kByte));
  writer.finish();
  const data::Dataset masks({.file = file, .target = "/samples/mask"});
  EXPECT_THAT(complaint(data::TaskKind::kAuto, masks),
              AllOf(HasSubstr(file), HasSubstr("data.target = /samples/mask"), HasSubstr("no task learns masks")));
  EXPECT_THAT(complaint(data::TaskKind::kMulticlass, masks), HasSubstr("masks"));
}

}  // namespace
}  // namespace galen::trainer
