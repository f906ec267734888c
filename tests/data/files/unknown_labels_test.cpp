// Labels that are not known, NaN, of [N, K] multi-label targets.

#include "data/files/dataset.h"
#include "data/files/dataset_writer.h"
#include "data/inspection/inspect.h"
#include "tests/support/error_text.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include <cmath>

namespace galen::data {
namespace {

using testing::HasSubstr;

class UnknownLabels : public testing::Test {
 protected:
  void write(const std::vector<float>& labels) const {
    const auto samples = static_cast<std::int64_t>(labels.size()) / 2;
    DatasetWriter writer(file_,
                         {.input = "tabular",
                          .sample_shape = {1},
                          .type = at::kFloat,
                          .size = samples,
                          .task = "multilabel",
                          .class_names = {"a", "b"},
                          .feature_names = {"x"}},
                         /*overwrite=*/true);
    writer.set_split(std::vector<Subset>(static_cast<std::size_t>(samples), Subset::kTrain));
    writer.append(at::zeros({samples, 1}));
    writer.set_targets(at::tensor(labels).reshape({samples, 2}));
    writer.finish();
  }

  test::TemporaryFolder folder_;
  std::string file_ = folder_ / "labels.h5";
};

TEST_F(UnknownLabels, AreReadAndCounted) {
  write({1, NAN, 0, 1, NAN, 1});
  const Dataset dataset({.file = file_});
  EXPECT_EQ(dataset.target_kind(), TargetKind::kMultiLabel);
  EXPECT_TRUE(std::isnan(dataset.targets()[0][1].item<float>()));
  const Inspection inspection = inspect({.file = file_});
  ASSERT_EQ(inspection.unknown.size(), 2);
  EXPECT_EQ(inspection.unknown[1].samples[0], 1);
  EXPECT_THAT(describe(inspection), HasSubstr("b, not known"));
}

TEST_F(UnknownLabels, OfASampleMayNotBeAll) {
  write({1, 0, NAN, NAN});
  EXPECT_THAT(test::error_text([&] { Dataset({.file = file_}); }), HasSubstr("no label of sample 1 is known"));
}

}  // namespace
}  // namespace galen::data
