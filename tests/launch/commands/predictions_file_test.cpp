#include "launch/commands/predictions_file.h"

#include "data/files/dataset_writer.h"
#include "data/hdf5/hdf5.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace galen::launch {
namespace {

using data::hdf5::File;

// Four samples of two patients, of whose ids one wants quotes in a CSV file.
class PredictionsFile : public testing::Test {
 protected:
  std::shared_ptr<const data::Dataset> dataset() {
    const std::string file = (folder_ / "data.h5").string();
    data::DatasetWriter writer(file,
                               {.sample_shape = {1, 1, 1}, .size = 4, .task = "", .class_names = {}, .feature_names = {}, .provenance = {}},
                               /*overwrite=*/true);
    writer.append(at::zeros({4, 1, 1, 1}, at::kByte));
    writer.set_groups({"A", "A", "B, \"the\" second", "B, \"the\" second"});
    writer.set_sample_ids({"s0", "s1", "s2", "s3"});
    writer.finish();
    return std::make_shared<const data::Dataset>(data::DatasetOptions{file, "", "/samples/label", "auto"});
  }

  trainer::Application application(data::TaskKind task, const std::vector<std::string>& names, const at::Tensor& outputs,
                                   const at::Tensor& targets) {
    return {dataset(),
            trainer::make_task({.kind = task}, names, models::OutputForm::kProbabilities),
            {outputs, targets, at::tensor({std::int64_t{2}, std::int64_t{0}})}};
  }

  std::string csv(const trainer::Application& application) {
    write_predictions((folder_ / "p.csv").string(), application);
    return test::read_file(folder_ / "p.csv");
  }

  test::TemporaryFolder folder_;
};

TEST_F(PredictionsFile, BinaryTasksGiveTheProbabilityOfTheSecondClass) {
  const at::Tensor outputs = at::tensor({0.25f, 0.75f}).unsqueeze(1);
  EXPECT_EQ(csv(application(data::TaskKind::kBinary, {"benign", "malignant"}, outputs, at::tensor({std::int64_t{0}, std::int64_t{0}}))),
            "sample_id,patient,probability_malignant,predicted,label\n"
            "s2,\"B, \"\"the\"\" second\",0.25,benign,benign\n"
            "s0,A,0.75,malignant,benign\n");
}

TEST_F(PredictionsFile, SeveralClassesGiveAColumnEach) {
  const at::Tensor outputs = at::tensor({0.5f, 0.25f, 0.25f, 0.125f, 0.25f, 0.625f}).reshape({2, 3});
  EXPECT_EQ(csv(application(data::TaskKind::kMulticlass, {"a", "b", "c"}, outputs, {})),
            "sample_id,patient,probability_a,probability_b,probability_c,predicted\n"
            "s2,\"B, \"\"the\"\" second\",0.5,0.25,0.25,a\n"
            "s0,A,0.125,0.25,0.625,c\n");
}

TEST_F(PredictionsFile, LabelsAndValuesComeBesideTheirScores) {
  const at::Tensor outputs = at::tensor({0.5f, 0.25f, 0.125f, 1.0f}).reshape({2, 2});
  const at::Tensor targets = at::tensor({1.0f, 0.0f, 0.0f, 1.0f}).reshape({2, 2});
  EXPECT_EQ(csv(application(data::TaskKind::kMultilabel, {"x", "y"}, outputs, targets)),
            "sample_id,patient,probability_x,probability_y,label_x,label_y\n"
            "s2,\"B, \"\"the\"\" second\",0.5,0.25,1,0\n"
            "s0,A,0.125,1,0,1\n");
  EXPECT_EQ(csv(application(data::TaskKind::kRegression, {"height", "weight"}, outputs, {})).substr(0, 43),
            "sample_id,patient,value_height,value_weight");
}

TEST_F(PredictionsFile, Hdf5HoldsTheSame) {
  const at::Tensor outputs = at::tensor({0.5f, 0.25f, 0.25f, 0.125f, 0.25f, 0.625f}).reshape({2, 3});
  const std::string name = (folder_ / "p.h5").string();
  write_predictions(name,
                    application(data::TaskKind::kMulticlass, {"a", "b", "c"}, outputs, at::tensor({std::int64_t{1}, std::int64_t{2}})));
  const File file = File::open(name);
  EXPECT_EQ(file.array("/sample_id").read_texts(), (std::vector<std::string>{"s2", "s0"}));
  EXPECT_EQ(file.array("/patient").read_texts(), (std::vector<std::string>{"B, \"the\" second", "A"}));
  EXPECT_EQ(file.array("/probability").shape(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(file.array("/probability").read_all<float>(), (std::vector<float>{0.5f, 0.25f, 0.25f, 0.125f, 0.25f, 0.625f}));
  EXPECT_EQ(file.array("/probability").texts("names"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(file.array("/predicted").read_all<std::int64_t>(), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(file.array("/label").read_all<std::int64_t>(), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(PredictionsFile, ChecksItsNameBeforeTheWorkBegins) {
  EXPECT_THROW(check_predictions_file("p.xlsx", false), UsageError);
  const std::string name = folder_.write("p.csv", "mine").string();
  EXPECT_THROW(check_predictions_file(name, false), UsageError);
  check_predictions_file(name, true);
  check_predictions_file((folder_ / "new.h5").string(), false);
  EXPECT_EQ(test::read_file(name), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new.h5"));
}

TEST_F(PredictionsFile, LeavesNothingWhereItCannotWrite) {
  const at::Tensor outputs = at::tensor({0.25f, 0.75f}).unsqueeze(1);
  EXPECT_THROW(write_predictions((folder_ / "nowhere" / "p.csv").string(), application(data::TaskKind::kBinary, {"a", "b"}, outputs, {})),
               Error);
}

}  // namespace
}  // namespace galen::launch
