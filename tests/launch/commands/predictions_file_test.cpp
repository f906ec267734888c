#include "launch/commands/predictions_file.h"

#include "comm/single_communicator.h"
#include "data/files/dataset_writer.h"
#include "data/hdf5/hdf5.h"
#include "galen/error.h"
#include "galen/range.h"
#include "launch/audit/hashes.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"

#include <ATen/ops/abs.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <map>

namespace galen::launch {
namespace {

using data::hdf5::File;

// Four samples of two patients, one of whose ids needs quotes in a CSV file.
class WrittenPredictions : public testing::Test {
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

  trainer::DatasetPrediction prediction(data::TaskKind task, const std::vector<std::string>& names, std::int64_t samples = 2) {
    return {
        .dataset = dataset(), .task = trainer::make_task({.kind = task}, names, models::OutputForm::kProbabilities), .samples = samples};
  }

  // Samples 2 and 0, each in a batch of its own.
  std::string write(const std::string& name, const trainer::DatasetPrediction& prediction, const at::Tensor& outputs,
                    const at::Tensor& targets) {
    const auto alone = comm::make_single_communicator();
    PredictionsFile file((folder_ / name).string(), *alone);
    const at::Tensor index = at::tensor({std::int64_t{2}, std::int64_t{0}});
    for (std::int64_t row = 0; row < 2; ++row) {
      file.add(prediction, {index.narrow(0, row, 1), outputs.narrow(0, row, 1), targets.defined() ? targets.narrow(0, row, 1) : targets});
    }
    return file.finish(prediction);
  }

  std::string csv(const trainer::DatasetPrediction& prediction, const at::Tensor& outputs, const at::Tensor& targets) {
    const std::string digest = write("p.csv", prediction, outputs, targets);
    EXPECT_EQ(digest, sha256_of_file((folder_ / "p.csv").string()));
    return test::read_file(folder_ / "p.csv");
  }

  test::TemporaryFolder folder_;
};

TEST_F(WrittenPredictions, BinaryTasksGiveTheProbabilityOfTheSecondClass) {
  const at::Tensor outputs = at::tensor({0.25f, 0.75f}).unsqueeze(1);
  EXPECT_EQ(csv(prediction(data::TaskKind::kBinary, {"benign", "malignant"}), outputs, at::tensor({std::int64_t{0}, std::int64_t{0}})),
            "sample_id,patient,probability_malignant,predicted,label\n"
            "s2,\"B, \"\"the\"\" second\",0.25,benign,benign\n"
            "s0,A,0.75,malignant,benign\n");
}

TEST_F(WrittenPredictions, SeveralClassesGiveAColumnEach) {
  const at::Tensor outputs = at::tensor({0.5f, 0.25f, 0.25f, 0.125f, 0.25f, 0.625f}).reshape({2, 3});
  EXPECT_EQ(csv(prediction(data::TaskKind::kMulticlass, {"a", "b", "c"}), outputs, {}),
            "sample_id,patient,probability_a,probability_b,probability_c,predicted\n"
            "s2,\"B, \"\"the\"\" second\",0.5,0.25,0.25,a\n"
            "s0,A,0.125,0.25,0.625,c\n");
}

TEST_F(WrittenPredictions, LabelsAndValuesComeBesideTheirScores) {
  const at::Tensor outputs = at::tensor({0.5f, 0.25f, 0.125f, 1.0f}).reshape({2, 2});
  const at::Tensor targets = at::tensor({1.0f, 0.0f, 0.0f, 1.0f}).reshape({2, 2});
  EXPECT_EQ(csv(prediction(data::TaskKind::kMultilabel, {"x", "y"}), outputs, targets),
            "sample_id,patient,probability_x,probability_y,label_x,label_y\n"
            "s2,\"B, \"\"the\"\" second\",0.5,0.25,1,0\n"
            "s0,A,0.125,1,0,1\n");
  EXPECT_EQ(csv(prediction(data::TaskKind::kRegression, {"height", "weight"}), outputs, {}).substr(0, 43),
            "sample_id,patient,value_height,value_weight");
}

TEST_F(WrittenPredictions, Hdf5HoldsTheSame) {
  const at::Tensor outputs = at::tensor({0.5f, 0.25f, 0.25f, 0.125f, 0.25f, 0.625f}).reshape({2, 3});
  const std::string name = (folder_ / "p.h5").string();
  const std::string digest =
      write("p.h5", prediction(data::TaskKind::kMulticlass, {"a", "b", "c"}), outputs, at::tensor({std::int64_t{1}, std::int64_t{2}}));
  EXPECT_EQ(digest, sha256_of_file(name));
  const File file = File::open(name);
  EXPECT_EQ(file.array("/sample_id").read_texts(), (std::vector<std::string>{"s2", "s0"}));
  EXPECT_EQ(file.array("/patient").read_texts(), (std::vector<std::string>{"B, \"the\" second", "A"}));
  EXPECT_EQ(file.array("/probability").shape(), (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(file.array("/probability").read_all<float>(), (std::vector<float>{0.5f, 0.25f, 0.25f, 0.125f, 0.25f, 0.625f}));
  EXPECT_EQ(file.array("/probability").texts("names"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(file.array("/predicted").read_all<std::int64_t>(), (std::vector<std::int64_t>{0, 2}));
  EXPECT_EQ(file.array("/label").read_all<std::int64_t>(), (std::vector<std::int64_t>{1, 2}));
}

TEST_F(WrittenPredictions, ChecksItsNameBeforeTheWorkBegins) {
  EXPECT_THROW(check_predictions_file("p.xlsx", false), UsageError);
  const std::string name = folder_.write("p.csv", "mine").string();
  EXPECT_THROW(check_predictions_file(name, false), UsageError);
  check_predictions_file(name, true);
  check_predictions_file((folder_ / "new.h5").string(), false);
  EXPECT_EQ(test::read_file(name), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new.h5"));
}

TEST_F(WrittenPredictions, LeavesNothingWhereItCannotWrite) {
  const at::Tensor outputs = at::tensor({0.25f, 0.75f}).unsqueeze(1);
  EXPECT_THROW(write("nowhere/p.csv", prediction(data::TaskKind::kBinary, {"a", "b"}), outputs, {}), Error);
}

TEST_F(WrittenPredictions, LeavesNothingWhereItIsNotFinished) {
  const auto alone = comm::make_single_communicator();
  const trainer::DatasetPrediction two = prediction(data::TaskKind::kBinary, {"a", "b"});
  for (const char* name : {"p.csv", "p.h5"}) {
    PredictionsFile file((folder_ / name).string(), *alone);
    file.add(two, {at::tensor({std::int64_t{2}}), at::tensor({0.25f}).unsqueeze(1), {}});
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1) << "the data set alone";
}

TEST_F(WrittenPredictions, ShowsAllDigitsOfWhatIsDouble) {
  const at::Tensor outputs = at::tensor({0.1234567890123456, 1.0 / 3}, at::kDouble).unsqueeze(1);
  EXPECT_EQ(csv(prediction(data::TaskKind::kRegression, {"x"}), outputs, {}),
            "sample_id,patient,value_x\n"
            "s2,\"B, \"\"the\"\" second\",0.1234567890123456\n"
            "s0,A,0.3333333333333333\n");
  write("p.h5", prediction(data::TaskKind::kRegression, {"x"}), outputs, {});
  EXPECT_EQ(File::open((folder_ / "p.h5").string()).array("/value").read_all<double>(), (std::vector<double>{0.1234567890123456, 1.0 / 3}));
}

// 30 batches of two, whose rows lie on other ranks each time.
TEST_F(WrittenPredictions, HasTheSameBytesOnAnyNumberOfRanks) {
  const at::Tensor scores = at::arange(180, at::kDouble).sin().abs().reshape({60, 3}).to(at::kFloat);
  const at::Tensor labels = at::arange(180).remainder(2).to(at::kFloat).reshape({60, 3});
  std::map<std::string, std::string> alone;
  for (const int ranks : {1, 2, 3, 4}) {
    for (const std::string name : {"p.csv", "p.h5"}) {
      const trainer::DatasetPrediction all = prediction(data::TaskKind::kMultilabel, {"x", "y", "z"}, 60);
      test::run_ranks(ranks, [&](comm::Communicator& communicator) {
        PredictionsFile file((folder_ / name).string(), communicator);
        const Range mine = lane_range({0, 30}, communicator.rank(), communicator.size());
        for (std::int64_t batch = mine.begin; batch < mine.end; ++batch) {
          const at::Tensor index = at::arange(2 * batch, 2 * batch + 2, at::kLong).remainder(4);
          file.add(all, {index, scores.narrow(0, 2 * batch, 2), labels.narrow(0, 2 * batch, 2)});
        }
        file.finish(all);
      });
      const std::string bytes = test::read_file(folder_ / name);
      EXPECT_EQ(bytes, alone.try_emplace(name, bytes).first->second) << name << " on " << ranks << " ranks";
    }
  }
}

}  // namespace
}  // namespace galen::launch
