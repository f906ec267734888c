// A model is applied to files of other hospitals, whose classes are numbered differently.

#include "data/files/dataset_writer.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/empty.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace galen::test {
namespace {

using Names = std::vector<std::string>;
using testing::AllOf;
using testing::HasSubstr;

class ClassesByName : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    write("trained.h5", {"adenoma", "carcinoma", "normal"}, {0, 1, 2});
    write("two.h5", {"adenoma", "normal"}, {0, 2});
    write("shuffled.h5", {"normal", "adenoma", "carcinoma"}, {2, 0, 1});
    write("unknown.h5", {"adenoma", "polyp", "normal"}, {0, 1, 2});
    write("unnamed.h5", {}, {0, 1, 2});
    write("pair.h5", {"malignant", "normal"}, {1, 0});
    ASSERT_EQ(train("trained.h5", "runs/three").exit_code, 0);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  // Samples of each kind lie around a corner of their own; `kinds`: which the file's classes are, in its order.
  static void write(const std::string& name, const Names& names, const std::vector<int>& kinds, double scale = 1) {
    constexpr std::int64_t kEach = 40;
    const auto classes = static_cast<std::int64_t>(kinds.size());
    data::DatasetWriter writer(
        *folder_ / name,
        {.input = "tabular", .sample_shape = {3}, .type = at::kFloat, .size = kEach * classes, .task = "multiclass", .class_names = names});
    const at::Tensor values = at::empty({kEach * classes, 3});
    const at::Tensor labels = at::empty({kEach * classes}, at::kLong);
    for (std::int64_t i = 0; i < kEach * classes; ++i) {
      const std::int64_t number = i % classes;
      labels.mutable_data_ptr<std::int64_t>()[i] = number;
      for (int f = 0; f < 3; ++f) {
        const double noise = static_cast<double>((i * 37 + f * 61) % 100) / 50 - 1;  // -1 … 1
        values.mutable_data_ptr<float>()[3 * i + f] =
            static_cast<float>(scale * ((f == kinds[static_cast<std::size_t>(number)] ? 1.5 : 0) + noise));
      }
    }
    writer.append(values);
    writer.set_targets(labels);
    writer.finish();
  }

  static ProgramResult galen(const Names& arguments) { return run_galen(folder_->path(), arguments); }

  static ProgramResult train(const std::string& file, const std::string& run, const Names& more = {}) {
    Names arguments = {"train",     "--data.file",
                       file,        "--run.folder",
                       run,         "--model.name",
                       "dense_net", "--model.hidden",
                       "0",         "--optimizer.learning_rate",
                       "0.05",      "--trainer.epochs",
                       "15",        "--trainer.batch",
                       "16"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return galen(arguments);
  }

  static nlohmann::json evaluate(const std::string& run, const std::string& file) {
    const ProgramResult result =
        galen({"evaluate", "--checkpoint", run, "--data.file", file, "--data.split", "all", "--json", "report.json"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    return nlohmann::json::parse(read_file(*folder_ / "report.json"));
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(ClassesByName, FiguresAreThoseOfTheSameSamplesInTheModelsOrder) {
  const nlohmann::json same = evaluate("runs/three", "trained.h5");
  EXPECT_GT(same["auc"]["value"], 0.8);
  const nlohmann::json shuffled = evaluate("runs/three", "shuffled.h5");
  EXPECT_EQ(shuffled["classes"], same["classes"]);
  EXPECT_GT(shuffled["auc"]["value"], 0.8);
  const nlohmann::json two = evaluate("runs/three", "two.h5");
  EXPECT_EQ(two["classes"], nlohmann::json({"adenoma", "carcinoma", "normal"}));
  const auto& rows = two["confusion"];
  EXPECT_EQ(rows[1], nlohmann::json({0, 0, 0}));
  EXPECT_GT(rows[0][0], 20);
  EXPECT_GT(rows[2][2], 20);
  EXPECT_THAT(two["notes"].dump(), HasSubstr("carcinoma"));
}

TEST_F(ClassesByName, PredictionsNameTheLabelsAsTheModelDoes) {
  const auto result = galen({"predict", "--checkpoint", "runs/three", "--data.file", "two.h5", "--out", "p.csv", "--overwrite"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const std::string rows = read_file(*folder_ / "p.csv");
  EXPECT_THAT(rows, AllOf(HasSubstr(",adenoma\n"), HasSubstr(",normal\n"), testing::Not(HasSubstr(",carcinoma\n"))));
}

TEST_F(ClassesByName, WhatTheModelDoesNotKnowIsRefusedAndPredictedWithoutLabels) {
  const auto refused = galen({"evaluate", "--checkpoint", "runs/three", "--data.file", "unknown.h5", "--data.split", "all"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("'polyp'"), HasSubstr("'carcinoma'")));
  const auto predicted =
      galen({"predict", "--checkpoint", "runs/three", "--data.file", "unknown.h5", "--data.target", "", "--out", "u.csv"});
  EXPECT_EQ(predicted.exit_code, 0) << predicted.errors;
  EXPECT_THAT(read_file(*folder_ / "u.csv"), HasSubstr("predicted\n"));
}

TEST_F(ClassesByName, AFileWithoutNamesIsReportedAsMatchedByNumber) {
  const auto result = galen({"evaluate", "--checkpoint", "runs/three", "--data.file", "unnamed.h5", "--data.split", "all"});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("by number"));
}

TEST_F(ClassesByName, ValuesOfAnotherScaleAreReported) {
  const auto usual = galen({"evaluate", "--checkpoint", "runs/three", "--data.file", "shuffled.h5", "--data.split", "all"});
  EXPECT_THAT(usual.output, testing::Not(HasSubstr("another scale")));
  write("scaled.h5", {"adenoma", "carcinoma", "normal"}, {0, 1, 2}, /*scale=*/100);
  const auto scaled = galen({"evaluate", "--checkpoint", "runs/three", "--data.file", "scaled.h5", "--data.split", "all"});
  EXPECT_EQ(scaled.exit_code, 0) << scaled.errors;
  EXPECT_THAT(scaled.output, HasSubstr("another scale"));
  const auto predicted = galen({"predict", "--checkpoint", "runs/three", "--data.file", "scaled.h5", "--out", "scaled.csv"});
  EXPECT_THAT(predicted.output, HasSubstr("another scale"));
}

TEST_F(ClassesByName, TaskPositiveChoosesWhatIsToBeFound) {
  const auto noted = train("pair.h5", "runs/noted");
  ASSERT_EQ(noted.exit_code, 0) << noted.errors;
  EXPECT_THAT(noted.output, HasSubstr("task.positive = malignant"));
  const auto chosen = train("pair.h5", "runs/chosen", {"--task.positive", "malignant"});
  ASSERT_EQ(chosen.exit_code, 0) << chosen.errors;
  EXPECT_THAT(chosen.output, testing::Not(HasSubstr("counts as positive")));
  const nlohmann::json plain = evaluate("runs/noted", "pair.h5");
  const nlohmann::json positive = evaluate("runs/chosen", "pair.h5");
  EXPECT_EQ(positive["positive_class"], "malignant");
  EXPECT_EQ(positive["classes"], nlohmann::json({"normal", "malignant"}));
  EXPECT_GT(plain["auc"]["value"], 0.8);
  EXPECT_GT(positive["auc"]["value"], 0.8);
  const auto resumed = train("pair.h5", "runs/chosen", {"--task.positive", "normal", "--resume"});
  EXPECT_EQ(resumed.exit_code, 2);
  EXPECT_THAT(resumed.errors, HasSubstr("they are malignant, normal"));
}

}  // namespace
}  // namespace galen::test
