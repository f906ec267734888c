#include "trainer/evaluation/report.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/tensor.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace galen::trainer {
namespace {

using testing::HasSubstr;
using testing::Not;

Report report_with(const std::vector<std::string>& class_names, const at::Tensor& confusion) {
  return {.metrics = {{"loss", 0.5, 0.4, 0.625}},
          .confusion = confusion,
          .class_names = class_names,
          .positive_class = "",
          .samples = 10,
          .patients = 1};
}

std::vector<std::string> numbered(const std::string& name, int count) {
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i) names.push_back(name + std::to_string(i));
  return names;
}

TEST(ReportText, IsAnAlignedTable) {
  const double nan = std::nan("");
  const Report report = {
      .metrics = {{"loss", 0.31416, 0.2801, 0.352}, {"auc.Café au lait", nan, nan, nan}, {"mean_squared_error", 123456.7, 0, 2e5}},
      .confusion = at::tensor({30, 12, 5, 1009}, at::kLong).reshape({2, 2}),
      .class_names = {"benign", "naevus"},
      .positive_class = "naevus",
      .samples = 1056,
      .patients = 1,
      .notes = {"it is said why."}};
  EXPECT_EQ(describe(report),
            "metric                  value       95 % interval\n"
            "loss                   0.3142     0.2801 – 0.3520\n"
            "auc.Café au lait    undefined                   –\n"
            "mean_squared_error  1.235e+05  0.0000 – 2.000e+05\n"
            "over 1056 samples of 1 patient; positive: naevus\n"
            "note: it is said why.\n"
            "\n"
            "true \\ predicted  benign  naevus\n"
            "benign                30      12\n"
            "naevus                 5    1009\n");
}

TEST(ReportText, ARegressionHasNoConfusion) { EXPECT_THAT(describe(report_with({"0"}, {})), Not(HasSubstr("predicted"))); }

TEST(ReportText, LongNamesAreReplacedByNumbers) {
  const std::string text = describe(report_with(numbered("a condition whose name goes on and on ", 6), at::eye(6, at::kLong)));
  EXPECT_THAT(text, HasSubstr("\ntrue \\ predicted                0  1  2  3  4  5\n"));
  EXPECT_THAT(text, HasSubstr("\n5 a condition whose name goes…  0  0  0  0  0  1\n"));
}

TEST(ReportText, ManyClassesAreReplacedByTheMostFrequentMistakes) {
  at::Tensor confusion = at::eye(40, at::kLong);
  confusion[3][7].fill_(12);
  confusion[8][1].fill_(30);
  EXPECT_THAT(describe(report_with(numbered("c", 40), confusion)),
              HasSubstr("\nmost frequent mistakes\n      30  c8 taken for c1\n      12  c3 taken for c7\n"));
  EXPECT_THAT(describe(report_with(numbered("c", 40), at::eye(40, at::kLong))), HasSubstr("no class was mistaken"));
}

TEST(ReportText, ANameIsCutBetweenCharacters) {
  const std::string text = describe(report_with({std::string("ä ö ü ä ö ü ä ö ü ä ö ü ä ö ü ä ö ü"), "b"}, at::eye(2, at::kLong)));
  EXPECT_THAT(text, HasSubstr("\nä ö ü ä ö ü ä ö ü ä ö ü ä ö…"));
}

TEST(ReportText, ReportsThatThereAreNoSamples) { EXPECT_EQ(describe(Report()), "no samples to evaluate\n"); }

}  // namespace
}  // namespace galen::trainer
