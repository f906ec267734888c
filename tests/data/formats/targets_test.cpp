#include "data/formats/targets.h"

#include "tests/support/error_text.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cmath>

namespace galen::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

at::Tensor column(std::vector<double> values) { return at::tensor(values, at::kDouble); }
at::Tensor columns(std::vector<double> values, std::int64_t width) { return column(std::move(values)).reshape({-1, width}); }

TEST(Targets, WholeNumbersAreClasses) {
  const Targets targets = targets_from_numbers(column({0, 2, 1}), "auto", "y");
  EXPECT_EQ(targets.task, "multiclass");
  EXPECT_THAT(targets.names, ElementsAre("0", "1", "2"));
  EXPECT_TRUE(at::equal(targets.values, at::tensor({0L, 2L, 1L})));
  EXPECT_EQ(targets_from_numbers(columns({1, 0}, 1), "auto", "y").task, "binary");
  EXPECT_EQ(targets_from_numbers(columns({1, 0}, 1), "auto", "y").values.dim(), 1);
}

TEST(Targets, OtherNumbersThanCountsAreClassesByValueWithANote) {
  for (const std::vector<double>& pair : {std::vector<double>{1, 2}, {0, 255}, {10, 20}, {-1, 1}}) {
    const Targets targets = targets_from_numbers(column({pair[1], pair[0], pair[1]}), "auto", "y");
    EXPECT_EQ(targets.task, "binary");
    EXPECT_THAT(targets.names, ElementsAre(fmt::format("{}", pair[0]), fmt::format("{}", pair[1])));
    EXPECT_TRUE(at::equal(targets.values, at::tensor({1L, 0L, 1L})));
    EXPECT_THAT(targets.notes, ElementsAre(HasSubstr(fmt::format("{} is class 0, {} is class 1", pair[0], pair[1]))));
  }
  EXPECT_THAT(targets_from_numbers(column({0, 1}), "auto", "y").notes, IsEmpty());
  EXPECT_EQ(targets_from_numbers(column({0, 0.5, 1, 2, 0.5}), "multiclass", "y").names.size(), 4) << "grades";
}

TEST(Targets, LongCountsAreClassesInArraysAndValuesInTables) {
  const at::Tensor counted = at::arange(100, at::kDouble);
  EXPECT_EQ(targets_from_numbers(counted, "auto", "y").names.size(), 100);
  const Targets targets = targets_from_numbers(counted, "auto", "y", LongCounts::kValues);
  EXPECT_EQ(targets.task, "regression");
  EXPECT_THAT(targets.notes, ElementsAre(HasSubstr("100 different whole numbers")));
  EXPECT_EQ(targets_from_numbers(counted.add(18), "auto", "y").task, "regression") << "ages";
}

TEST(Targets, ColumnsOfZeroAndOneAreLabelsUnlessTheyAreOneHot) {
  const at::Tensor one_hot = columns({0, 1, 0, /**/ 1, 0, 0}, 3);
  const Targets targets = targets_from_numbers(one_hot, "auto", "y");
  EXPECT_EQ(targets.task, "multiclass");
  EXPECT_TRUE(at::equal(targets.values, at::tensor({1L, 0L})));
  EXPECT_THAT(targets.notes, ElementsAre(HasSubstr("one-hot")));
  EXPECT_EQ(targets_from_numbers(one_hot, "multilabel", "y").task, "multilabel");
  EXPECT_EQ(targets_from_numbers(columns({0, 1, 1, /**/ 1, 0, 0}, 3), "auto", "y").task, "multilabel");
  EXPECT_EQ(targets_from_numbers(columns({0, 1, /**/ 1, 0}, 2), "auto", "y").task, "binary");
  EXPECT_TRUE(at::equal(targets_from_numbers(one_hot, "multiclass", "y").values, at::tensor({1L, 0L})));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(columns({0, 1, 1}, 3), "multiclass", "y"); }), HasSubstr("several classes"));
}

TEST(Targets, LabelsMayBeUnknown) {
  const Targets targets = targets_from_numbers(columns({0, NAN, /**/ 1, 1}, 2), "auto", "y");
  EXPECT_EQ(targets.task, "multilabel");
  EXPECT_TRUE(std::isnan(targets.values[0][1].item<float>()));
  EXPECT_THAT(targets.notes, ElementsAre(HasSubstr("1 of 4 labels")));
  EXPECT_THAT(test::error_text([] {
                targets_from_numbers(columns({0, 1, /**/ NAN, NAN}, 2), "auto", "y");
              }),
              HasSubstr("no label of sample 1"));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(columns({0, 1, /**/ -1, 1}, 2), "auto", "y"); }), HasSubstr("--unlabelled -1"));
}

TEST(Targets, WholeNumbersThatSinglePrecisionRoundsAreTold) {
  EXPECT_THAT(targets_from_numbers(column({16777217, 5}), "regression", "y").notes, ElementsAre(HasSubstr("16777217")));
  EXPECT_THAT(targets_from_numbers(column({16777216, 5}), "regression", "y").notes, IsEmpty());
}

TEST(Targets, OtherNumbersAreValues) {
  for (const at::Tensor& labels : {column({0.5, 1}), columns({0, 2, 1, 1}, 2)}) {
    const Targets targets = targets_from_numbers(labels, "auto", "y");
    EXPECT_EQ(targets.task, "regression");
    EXPECT_THAT(targets.names, IsEmpty());
    EXPECT_EQ(targets.values.dim(), 2);
    EXPECT_EQ(targets.values.scalar_type(), at::kFloat);
  }
  EXPECT_EQ(targets_from_numbers(column({0, 1}), "regression", "y").values.dim(), 2);
}

TEST(Targets, NumbersThatDoNotFitTheTaskAreNamed) {
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, 1, 2}), "binary", "y"); }), HasSubstr("3 classes"));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, 2}), "multilabel", "y"); }), HasSubstr("0 or 1"));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, NAN}), "regression", "y"); }), HasSubstr("NaN"));
  EXPECT_THROW(targets_from_numbers(column({0, 1}), "ranking", "y"), UsageError);
}

}  // namespace
}  // namespace galen::data
