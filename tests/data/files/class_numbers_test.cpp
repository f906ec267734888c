#include "data/files/class_numbers.h"

#include <ATen/ops/equal.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

namespace galen::data {
namespace {

using testing::ElementsAre;

std::vector<double> counted(double first, std::size_t count) {
  std::vector<double> values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

TEST(ClassNumbers, EachDifferentNumberIsAClassByValue) {
  const std::vector<double> labels = {255, 0, 255};
  const ClassNumbers numbers = class_numbers(labels);
  EXPECT_THAT(numbers.values, ElementsAre(0, 255));
  EXPECT_THAT(numbers.names(), ElementsAre("0", "255"));
  EXPECT_TRUE(at::equal(numbers.classes(labels), at::tensor({1L, 0L, 1L})));
  EXPECT_EQ(numbers.mapping(), "0 is class 0, 255 is class 1");
  EXPECT_FALSE(numbers.count_from_zero());
  EXPECT_THAT(class_numbers(std::vector<double>{1, -1}).names(), ElementsAre("-1", "1"));
}

TEST(ClassNumbers, OneClassOfTwoMayBeAbsent) {
  EXPECT_THAT(class_numbers(std::vector<double>{1, 1}).values, ElementsAre(0, 1));
  EXPECT_THAT(class_numbers(std::vector<double>{0, -0.0}).values, ElementsAre(0, 1));
  EXPECT_THAT(class_numbers(std::vector<double>{NAN, 7}).values, ElementsAre(7));
}

TEST(ClassNumbers, ManyNumbersAreClassesOnlyWhereTheyCount) {
  EXPECT_TRUE(class_numbers(counted(0, 100)).look_like_classes());
  EXPECT_TRUE(class_numbers(counted(1, 26)).look_like_classes());
  EXPECT_FALSE(class_numbers(counted(1, 26)).are_few());
  EXPECT_FALSE(class_numbers(counted(18, 60)).look_like_classes());
  EXPECT_TRUE(class_numbers(std::vector<double>{10, 200, 3000}).look_like_classes());
  EXPECT_FALSE(class_numbers(std::vector<double>{0.5, 1}).look_like_classes());
}

TEST(OneHot, HasOneOneInEachRow) {
  EXPECT_TRUE(is_one_hot(std::vector<double>{0, 1, 0, /**/ 1, 0, 0}, 3));
  EXPECT_FALSE(is_one_hot(std::vector<double>{0, 1, 1, /**/ 1, 0, 0}, 3));
  EXPECT_FALSE(is_one_hot(std::vector<double>{0, 0, 0, /**/ 1, 0, 0}, 3));
  EXPECT_FALSE(is_one_hot(std::vector<double>{1, -1, 1, /**/ 1, 0, 0}, 3));
  EXPECT_FALSE(is_one_hot(std::vector<double>{1, 1}, 1));
}

}  // namespace
}  // namespace galen::data
