#include "trainer/samples/split_check.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/trainer/evaluation/small_dataset.h"
#include "trainer/samples/prepared_data.h"
#include "trainer/tasks/task.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace galen::trainer {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Samples 0 to 59 are for training, 60 to 79 for validation, 80 to 99 for the test.
class SplitCheck : public testing::Test {
 protected:
  std::vector<std::string> notes(const std::string& task, const std::vector<std::string>& names, const at::Tensor& targets,
                                 const std::vector<std::string>& groups = {}) {
    PreparedData data;
    data.dataset = std::const_pointer_cast<data::Dataset>(
        test::small_dataset(folder_ / fmt::format("{}.h5", files_++), task, names, 1, targets, groups));
    for (std::int64_t i = 0; i < targets.size(0); ++i) (i < 60 ? data.training : i < 80 ? data.validation : data.test).push_back(i);
    return check_split(*make_task({}, *data.dataset, data.training, models::OutputForm::kLogits), data);
  }

  std::string refusal(const std::string& task, const std::vector<std::string>& names, const at::Tensor& targets) {
    try {
      notes(task, names, targets);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  }

  // Classes of the three subsets, repeated.
  static at::Tensor classes(const std::vector<std::vector<std::int64_t>>& of) {
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < 100; ++i) {
      const auto& some = of[i < 60 ? 0 : i < 80 ? 1 : 2];
      all.push_back(some[i % some.size()]);
    }
    return at::tensor(all, at::kLong);
  }

  test::TemporaryFolder folder_;
  int files_ = 0;
};

TEST_F(SplitCheck, ASoundSplitHasNoNotes) {
  EXPECT_THAT(notes("binary", {"no", "yes"}, classes({{0, 1}, {0, 1}, {0, 1}})), IsEmpty());
  EXPECT_THAT(notes("regression", {}, at::arange(100, at::kFloat).reshape({100, 1})), IsEmpty());
}

TEST_F(SplitCheck, OneClassIsRefused) {
  EXPECT_THAT(refusal("binary", {"no", "yes"}, classes({{1}, {0, 1}, {0, 1}})),
              AllOf(HasSubstr("0.h5"), HasSubstr("the class is yes in all 60 training samples"), HasSubstr("nothing can be learnt"),
                    HasSubstr("galen inspect")));
  EXPECT_THAT(refusal("multilabel", {"x", "y"}, at::zeros({100, 2})), HasSubstr("every label is the same in all 60"));
  EXPECT_THAT(refusal("regression", {}, at::full({100, 1}, 3.5F)), HasSubstr("the target is the same in all 60"));
}

TEST_F(SplitCheck, AnAbsentClassIsNamed) {
  EXPECT_THAT(notes("multiclass", {"a", "b", "c"}, classes({{0, 1}, {0, 2}, {0, 1, 2}})),
              ElementsAre("training: there are no samples of the class c, so a model cannot learn to predict it.",
                          "validation: no sample is of the class b: auc and sensitivity are means over the other 2 classes."));
  EXPECT_THAT(notes("binary", {"no", "yes"}, classes({{0, 1}, {0}, {0, 1}})),
              ElementsAre("validation: no sample is of the class yes, all 20 are of no: auc and sensitivity are undefined."));
}

TEST_F(SplitCheck, ALabelWithoutPositivesOrNegativesIsNamed) {
  const at::Tensor half = at::arange(100).remainder(2).to(at::kFloat);
  const at::Tensor late = at::arange(100).ge(60).to(at::kFloat);
  EXPECT_THAT(notes("multilabel", {"half", "late"}, at::stack({half, late}, 1).contiguous()),
              ElementsAre("training: there are no positive samples of the label late, so a model cannot learn to predict it.",
                          AllOf(HasSubstr("validation: no negative sample of the label late"), HasSubstr("leave them out")),
                          HasSubstr("test: no negative sample of the label late")));
}

TEST_F(SplitCheck, AValueThatDoesNotVaryIsNamed) {
  const at::Tensor age = at::arange(100).to(at::kFloat);
  EXPECT_THAT(notes("regression", {"age", "late"}, at::stack({age, at::arange(100).ge(90).to(at::kFloat)}, 1).contiguous()),
              ElementsAre("training: the target late has the same value in all 60 samples, so a model cannot learn from it.",
                          HasSubstr("validation: the target late has the same value in all 20 samples: r2 is undefined there")));
}

TEST_F(SplitCheck, EmptySubsetsAndFewPatientsAreReported) {
  EXPECT_THAT(notes("binary", {"no", "yes"}, at::arange(50, at::kLong).remainder(2), std::vector<std::string>(50, "P1")),
              ElementsAre(HasSubstr("all samples are of one patient"), HasSubstr("validation: there are no samples"),
                          HasSubstr("test: there are no samples")));
  std::vector<std::string> groups;
  for (int i = 0; i < 100; ++i) groups.push_back(fmt::format("P{}", i < 60 ? i : i < 80 ? 60 + i % 3 : i));
  EXPECT_THAT(notes("binary", {"no", "yes"}, classes({{0, 1}, {0, 1}, {0, 1}}), groups),
              ElementsAre("validation: there are samples of only 3 patients, so figures say little about other patients."));
  EXPECT_THAT(notes("binary", {"no", "yes"}, at::arange(64, at::kLong).remainder(2)),
              ElementsAre("validation: there are only 4 samples, so figures say little about other patients.",
                          HasSubstr("test: there are no samples")))
      << "their patients are unknown";
}

}  // namespace
}  // namespace galen::trainer
