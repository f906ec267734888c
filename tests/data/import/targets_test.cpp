#include "data/import/targets.h"

#include "tests/data/import/error_text.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

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

TEST(Targets, ColumnsOfZeroAndOneAreLabelsUnlessOneHotIsAskedFor) {
  const at::Tensor one_hot = columns({0, 1, 0, /**/ 1, 0, 0}, 3);
  EXPECT_EQ(targets_from_numbers(one_hot, "auto", "y").task, "multilabel");
  EXPECT_TRUE(at::equal(targets_from_numbers(one_hot, "multiclass", "y").values, at::tensor({1L, 0L})));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(columns({0, 1, 1}, 3), "multiclass", "y"); }), HasSubstr("several classes"));
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
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, -1}), "auto", "y"); }), HasSubstr("label -1 of sample 1"));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, 1, 2}), "binary", "y"); }), HasSubstr("3 classes"));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, 2}), "multilabel", "y"); }), HasSubstr("0 or 1"));
  EXPECT_THAT(test::error_text([] { targets_from_numbers(column({0, NAN}), "regression", "y"); }), HasSubstr("NaN"));
  EXPECT_THROW(targets_from_numbers(column({0, 1}), "ranking", "y"), UsageError);
}

}  // namespace
}  // namespace galen::data
