#include "trainer/predictor/target_matching.h"

#include "data/files/dataset_writer.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "trainer/tasks/positive_class.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

namespace galen::trainer {
namespace {

using Names = std::vector<std::string>;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class TargetMatching : public testing::Test {
 protected:
  data::Dataset& dataset(const std::string& task, const Names& names, const at::Tensor& targets) {
    const std::string file = folder_ / "data.h5";
    data::DatasetWriter writer(
        file, {.input = "tabular", .sample_shape = {1}, .type = at::kFloat, .size = targets.size(0), .task = task, .class_names = names},
        /*overwrite=*/true);
    writer.append(at::zeros({targets.size(0), 1}));
    writer.set_targets(targets);
    writer.finish();
    dataset_ = std::make_unique<data::Dataset>(data::DatasetOptions{.file = file});
    return *dataset_;
  }

  static Manifest model(data::TaskKind task, const Names& names) {
    Manifest manifest;
    manifest.task.kind = task;
    manifest.names = names;
    return manifest;
  }

  Names match(const Manifest& manifest) { return match_targets(manifest, *dataset_, "RUN/best"); }

  std::string complaint(const Manifest& manifest) {
    try {
      match(manifest);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<data::Dataset> dataset_;
};

const at::Tensor& two_classes() {
  static const at::Tensor targets = at::tensor({0, 1, 1, 0}, at::kLong);
  return targets;
}

TEST_F(TargetMatching, ClassesGetTheModelsNumbersByName) {
  data::Dataset& data = dataset("multiclass", {"adenoma", "normal"}, two_classes());
  EXPECT_THAT(match(model(data::TaskKind::kMulticlass, {"adenoma", "carcinoma", "normal"})),
              ElementsAre(HasSubstr("holds no 'carcinoma'")));
  EXPECT_TRUE(data.targets().equal(at::tensor({0, 2, 2, 0}, at::kLong)));
  EXPECT_THAT(data.class_names(), ElementsAre("adenoma", "carcinoma", "normal"));
}

TEST_F(TargetMatching, TheSameNamesInAnotherOrderAreMatchedWithoutANote) {
  data::Dataset& data = dataset("binary", {"malignant", "benign"}, two_classes());
  EXPECT_THAT(match(model(data::TaskKind::kBinary, {"benign", "malignant"})), IsEmpty());
  EXPECT_TRUE(data.targets().equal(at::tensor({1, 0, 0, 1}, at::kLong)));
}

TEST_F(TargetMatching, AnUnknownClassIsRefusedWithBothListsWhereItHasSamples) {
  dataset("multiclass", {"adenoma", "polyp", "normal"}, at::tensor({0, 1, 2, 0}, at::kLong));
  EXPECT_THAT(complaint(model(data::TaskKind::kMulticlass, {"adenoma", "carcinoma", "normal"})),
              AllOf(HasSubstr("data.h5: the model of RUN/best does not know 'polyp'"), HasSubstr("'adenoma', 'polyp', 'normal'"),
                    HasSubstr("'adenoma', 'carcinoma', 'normal'")));
  data::Dataset& empty = dataset("multiclass", {"polyp", "adenoma", "normal"}, at::tensor({1, 1, 2, 1}, at::kLong));
  EXPECT_THAT(match(model(data::TaskKind::kBinary, {"normal", "adenoma"})),
              ElementsAre(HasSubstr("'polyp' are not among the model's; no sample")));
  EXPECT_TRUE(empty.targets().equal(at::tensor({1, 1, 0, 1}, at::kLong)));
}

TEST_F(TargetMatching, NamesThatPrintAlikeAreOneWithANote) {
  dataset("binary", {"Benign ", "MALIGNANT"}, two_classes());
  EXPECT_THAT(match(model(data::TaskKind::kBinary, {"benign", "malignant"})),
              ElementsAre(AllOf(HasSubstr("'Benign ' as 'benign'"), HasSubstr("'MALIGNANT' as 'malignant'"))));
}

TEST_F(TargetMatching, WithoutNamesNumbersAreMatchedWithANote) {
  data::Dataset& data = dataset("binary", {}, two_classes());
  EXPECT_THAT(match(model(data::TaskKind::kBinary, {"benign", "malignant"})),
              ElementsAre(AllOf(HasSubstr("by number"), HasSubstr("'0', '1' with 'benign', 'malignant'"))));
  EXPECT_TRUE(data.targets().equal(two_classes()));
  EXPECT_THAT(data.class_names(), ElementsAre("benign", "malignant"));
  dataset("binary", {}, two_classes());
  EXPECT_THAT(match(model(data::TaskKind::kBinary, {"0", "1"})), ElementsAre(HasSubstr("by number")));
  Manifest same = model(data::TaskKind::kBinary, {"1", "0"});  // the training data itself, with task.positive = 0
  same.dataset_digest = dataset("binary", {}, two_classes()).digest();
  EXPECT_THAT(match(same), IsEmpty());
  EXPECT_TRUE(dataset_->targets().equal(at::tensor({1, 0, 0, 1}, at::kLong)));
  dataset("multiclass", {}, at::tensor({0, 1, 2, 0}, at::kLong));
  EXPECT_THAT(complaint(model(data::TaskKind::kBinary, {"benign", "malignant"})), HasSubstr("does not know '2'"));
}

TEST_F(TargetMatching, LabelsAreOrderedByNameAndAllMustExist) {
  const at::Tensor labels = at::tensor({1.F, 0.F, 0.F, 0.F, 1.F, 0.F}).reshape({2, 3});
  data::Dataset& data = dataset("multilabel", {"edema", "mass", "nodule"}, labels);
  EXPECT_THAT(match(model(data::TaskKind::kMultilabel, {"mass", "edema"})), ElementsAre(HasSubstr("'nodule' are not among the model's")));
  EXPECT_TRUE(data.targets().equal(at::tensor({0.F, 1.F, 1.F, 0.F}).reshape({2, 2})));
  dataset("multilabel", {"edema", "mass", "nodule"}, labels);
  EXPECT_THAT(complaint(model(data::TaskKind::kMultilabel, {"edema", "nodule"})), HasSubstr("does not know 'mass'"));
  dataset("multilabel", {"edema", "mass", "nodule"}, labels);
  EXPECT_THAT(complaint(model(data::TaskKind::kMultilabel, {"edema", "mass", "hernia"})), HasSubstr("needs the labels or values 'hernia'"));
}

TEST_F(TargetMatching, TargetsOfAnotherKindAreRefused) {
  dataset("regression", {}, at::tensor({0.5F, 1.F, 2.F}).reshape({3, 1}));
  EXPECT_THAT(complaint(model(data::TaskKind::kBinary, {"a", "b"})),
              HasSubstr("/samples/label has values, but the model of RUN/best learnt binary"));
  EXPECT_THAT(match(model(data::TaskKind::kRegression, {"0"})), IsEmpty());
  EXPECT_THAT(complaint(model(data::TaskKind::kRegression, {"0", "1"})), HasSubstr("needs the labels or values '1'"));
  dataset("binary", {"a", "b"}, two_classes());
  EXPECT_THAT(complaint(model(data::TaskKind::kMultilabel, {"a", "b"})), HasSubstr("has classes"));
}

TEST_F(TargetMatching, ThePositiveClassIsChosenByName) {
  data::Dataset& data = dataset("binary", {"malignant", "normal"}, two_classes());
  EXPECT_THAT(positive_note({}, data), AllOf(HasSubstr("'normal', counts as positive"), HasSubstr("task.positive = malignant")));
  put_positive_last({.positive = "Malignant"}, data);
  EXPECT_THAT(data.class_names(), ElementsAre("normal", "malignant"));
  EXPECT_TRUE(data.targets().equal(at::tensor({1, 0, 0, 1}, at::kLong)));
  put_positive_last({.positive = "malignant"}, data);
  EXPECT_THAT(data.class_names(), ElementsAre("normal", "malignant"));
  EXPECT_EQ(positive_note({}, data), "");
  EXPECT_THROW(put_positive_last({.positive = "tumour"}, data), UsageError);
  EXPECT_THROW(put_positive_last({.kind = data::TaskKind::kMulticlass, .positive = "normal"}, data), UsageError);
  EXPECT_THROW(put_positive_last({.positive = "a"}, dataset("multiclass", {"a", "b", "c"}, at::tensor({0, 1, 2}, at::kLong))), UsageError);
}

}  // namespace
}  // namespace galen::trainer
