#include "data/files/class_mapping.h"

#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

namespace galen::data {
namespace {

using Names = std::vector<std::string>;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t kUnknown = ClassMapping::kUnknown;

TEST(ClassMapping, NamesDecideAndNotPlaces) {
  const ClassMapping mapping = map_classes({"adenoma", "normal"}, {"adenoma", "carcinoma", "normal"});
  EXPECT_THAT(mapping.number, ElementsAre(0, 2));
  EXPECT_THAT(mapping.missing(), ElementsAre("carcinoma"));
  EXPECT_FALSE(mapping.by_number);
  EXPECT_FALSE(mapping.is_identity());
  EXPECT_THAT(map_classes({"b", "c", "a"}, {"a", "b", "c"}).number, ElementsAre(1, 2, 0));
  EXPECT_THAT(map_classes({"b", "x"}, {"a", "b"}).number, ElementsAre(1, kUnknown));
  EXPECT_TRUE(map_classes({"a", "b"}, {"a", "b"}).is_identity());
  EXPECT_FALSE(map_classes({"a"}, {"a", "b"}).is_identity());
}

TEST(ClassMapping, CaseAndBlanksAreNoDifferenceWhereOneNameAloneFits) {
  const ClassMapping mapping = map_classes({"NO  finding ", "yes"}, {"yes", "no finding"});
  EXPECT_THAT(mapping.number, ElementsAre(1, 0));
  EXPECT_THAT(mapping.differently, ElementsAre("'NO  finding ' as 'no finding'"));
  EXPECT_THAT(map_classes({"a"}, {"A", "a"}).number, ElementsAre(1));
  EXPECT_THAT(map_classes({"a"}, {"A", " a"}).number, ElementsAre(kUnknown));
}

TEST(ClassMapping, NumbersAreMatchedByPlaceOnlyWhereTheOtherSideHasNames) {
  const ClassMapping unnamed = map_classes({"0", "1", "2"}, {"normal", "tumour"});
  EXPECT_TRUE(unnamed.by_number);
  EXPECT_THAT(unnamed.number, ElementsAre(0, 1, kUnknown));
  EXPECT_TRUE(map_classes({"normal", "tumour"}, {"0", "1"}).by_number);
  EXPECT_THAT(map_classes({"0", "1"}, {"1", "0"}).number, ElementsAre(1, 0));  // task.positive = 0
  EXPECT_THAT(map_classes({"0", "1"}, {"10", "20"}).number, ElementsAre(kUnknown, kUnknown));
  EXPECT_THAT(map_classes({"10", "20"}, {"0", "1"}).number, ElementsAre(kUnknown, kUnknown));
  EXPECT_THAT(map_classes({"3", "1"}, {"0", "1", "2", "3"}).number, ElementsAre(3, 1));
}

TEST(ClassMapping, TargetsMoveWithTheirNames) {
  const ClassMapping mapping = map_classes({"b", "c", "a"}, {"a", "b", "c"});
  const at::Tensor classes = renumber_classes(at::tensor({0, 1, 2, 2, 0}, at::kLong), mapping);
  EXPECT_TRUE(classes.equal(at::tensor({1, 2, 0, 0, 1}, at::kLong)));
  const at::Tensor columns = reorder_columns(at::tensor({1.F, 2.F, 3.F, 4.F, 5.F, 6.F}).reshape({2, 3}), mapping);
  EXPECT_TRUE(columns.equal(at::tensor({3.F, 1.F, 2.F, 6.F, 4.F, 5.F}).reshape({2, 3})));
  const ClassMapping fewer = map_classes({"b", "x", "a"}, {"a", "b"});
  EXPECT_TRUE(reorder_columns(at::tensor({1.F, 2.F, 3.F}).reshape({1, 3}), fewer).equal(at::tensor({3.F, 1.F}).reshape({1, 2})));
}

}  // namespace
}  // namespace galen::data
