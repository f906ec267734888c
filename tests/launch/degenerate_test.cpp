// The program's notes on data sets with too little to learn or to measure.

#include "data/files/dataset_writer.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <sstream>

namespace galen::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kSize = 120;  // 80 for training, 20 for validation, 20 for the test

// Two features; the classes of the validation split are all `validation`, of the training split `training`; -1: they alternate.
void write_dataset(const std::string& file, std::int64_t training, std::int64_t validation) {
  data::DatasetWriter writer(file, {.input = "tabular",
                                    .sample_shape = {2},
                                    .type = at::kFloat,
                                    .size = kSize,
                                    .task = "binary",
                                    .class_names = {"benign", "malignant"}});
  std::vector<data::Subset> split;
  std::vector<std::int64_t> classes;
  for (std::int64_t i = 0; i < kSize; ++i) {
    split.push_back(i < 80 ? data::Subset::kTrain : i < 100 ? data::Subset::kValidation : data::Subset::kTest);
    const std::int64_t all = i < 80 ? training : i < 100 ? validation : -1;
    classes.push_back(all < 0 ? i % 2 : all);
  }
  writer.set_split(split);
  writer.append(at::arange(2 * kSize, at::kDouble).mul(0.7).sin().to(at::kFloat).reshape({kSize, 2}));
  writer.set_targets(at::tensor(classes, at::kLong));
  writer.finish();
}

class Degenerate : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    write_dataset(*folder_ / "one_class.h5", -1, 1);
    write_dataset(*folder_ / "nothing.h5", 0, -1);
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static ProgramResult train(const std::string& file, const std::string& run, const std::vector<std::string>& more, int ranks = 1) {
    std::vector<std::string> arguments = {"train",     "--data.file",     file, "--run.folder",           run, "--model.name",
                                          "dense_net", "--trainer.batch", "16", "--evaluation.resamples", "20"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_galen(folder_->path(), arguments, ranks);
  }
  static std::string read(const std::string& name) { return read_file(*folder_ / name); }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(Degenerate, AValidationOfOneClassIsReportedAndTheLossDecides) {
  const auto run = train("one_class.h5", "run", {"--trainer.epochs", "3"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  const std::string before = run.output.substr(0, run.output.find("epoch 1:"));
  EXPECT_THAT(before,
              AllOf(HasSubstr("note: validation: no sample is of the class benign, all 20 are of malignant: auc and specificity are "
                              "undefined."),
                    HasSubstr("note: auc is undefined in validation, so loss chooses the best checkpoint")));
  EXPECT_THAT(run.output, AllOf(HasSubstr("auc undefined"), HasSubstr("specificity undefined"), Not(ContainsRegex("[ -]nan"))));

  std::istringstream metrics(read("run/metrics.jsonl"));
  double best_loss = 0;
  std::int64_t best_step = 0;
  for (std::string text; std::getline(metrics, text);) {
    const auto line = nlohmann::json::parse(text);
    if (line["kind"] != "validation") continue;
    EXPECT_TRUE(line["auc"].is_null());
    if (best_step == 0 || line["loss"] < best_loss) {
      best_loss = line["loss"];
      best_step = line["step"];
    }
  }
  EXPECT_EQ(nlohmann::json::parse(read("run/best/manifest.json"))["state"]["step"], best_step);

  const auto status = run_galen(folder_->path(), {"status", "run"});
  EXPECT_THAT(status.output, AllOf(HasSubstr("auc undefined"), Not(ContainsRegex("[ -]nan"))));
  EXPECT_TRUE(nlohmann::json::parse(run_galen(folder_->path(), {"status", "run", "--json"}).output)["validation"]["auc"].is_null());

  const auto evaluated =
      run_galen(folder_->path(), {"evaluate", "--checkpoint", "run/best", "--data.split", "validation", "--json", "v.json"});
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.errors;
  EXPECT_THAT(evaluated.output, AllOf(HasSubstr("all 20 are of malignant"), Not(ContainsRegex("[ -]nan"))));
  const auto report = nlohmann::json::parse(read("v.json"));
  EXPECT_TRUE(report["auc"]["value"].is_null());
  EXPECT_THAT(report["notes"][0].get<std::string>(), HasSubstr("auc and specificity are undefined"));
}

// With a learning rate that changes next to nothing the loss rises or stays within rounding.
TEST_F(Degenerate, PatienceActsWithoutADefinedMetric) {
  for (const auto& [placement, ranks] : {std::pair("thread", 1), std::pair("process", 2)}) {
    const auto run = train("one_class.h5", fmt::format("patience_{}", placement),
                           {"--trainer.epochs", "30", "--early_stopping.patience", "2", "--optimizer.name", "sgd",
                            "--optimizer.learning_rate", "1e-30", "--coordinator.placement", placement},
                           ranks);
    ASSERT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_THAT(run.output, AllOf(HasSubstr("no further improvement"), Not(HasSubstr("epoch 5:")))) << placement;
  }
}

TEST_F(Degenerate, AMetricByNameThatIsUndefinedIsRefusedBeforeTraining) {
  const auto run = train("one_class.h5", "refused", {"--checkpoint.metric", "auc", "--early_stopping.patience", "2"});
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.errors, AllOf(HasSubstr("checkpoint.metric = auc is undefined in validation"), HasSubstr("all 20 are of")));
  EXPECT_THAT(run.output, Not(HasSubstr("epoch 1")));
}

TEST_F(Degenerate, OneClassInTrainingIsRefused) {
  const auto run = train("nothing.h5", "nothing", {});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, AllOf(HasSubstr("nothing.h5"), HasSubstr("the class is benign in all 80 training samples")));
}

}  // namespace
}  // namespace galen::test
