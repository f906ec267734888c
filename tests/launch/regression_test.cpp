// Logistic, linear and Poisson regression from a table to findings, as a user runs them.

#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace galen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Json = nlohmann::json;

// scikit-learn's copy of Wisconsin breast cancer, as text of a table: these columns, then B or M, `samples` rows a patient.
std::string breast_cancer_table(const std::vector<int>& columns, int samples) {
  const std::filesystem::path python = std::getenv("GALEN_PYTHON");
  std::filesystem::path found;
  for (const auto& folder : std::filesystem::directory_iterator(python.parent_path().parent_path() / "lib")) {
    found = folder.path() / "site-packages/sklearn/datasets/data/breast_cancer.csv";
    if (std::filesystem::exists(found)) break;
  }
  std::ifstream file(found);
  std::string line, text = "patient";
  for (const int column : columns) text += fmt::format(",m{}", column);
  text += ",diagnosis\n";
  std::getline(file, line);
  for (int row = 0; std::getline(file, line); ++row) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    text += fmt::format("p{}", row / samples);
    for (const int column : columns) text += fmt::format(",{}", cells.at(column));
    text += fmt::format(",{}\n", cells.back() == "0" ? "M" : "B");
  }
  return text;
}

class Regression : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (std::getenv("GALEN_PYTHON") == nullptr) GTEST_SKIP() << "GALEN_PYTHON is not set";
    folder_ = std::make_unique<TemporaryFolder>();
    std::vector<int> all(30);
    for (int i = 0; i < 30; ++i) all[i] = i;
    folder_->write("three.csv", breast_cancer_table({0, 1, 4}, 1));
    folder_->write("repeated.csv", breast_cancer_table({0, 1, 4}, 3));
    folder_->write("all.csv", breast_cancer_table(all, 1));
    for (const std::string name : {"three", "repeated", "all"}) {
      const ProgramResult result = galen({"import", name + ".csv", "--out", name + ".h5", "--target", "diagnosis", "--group", "patient",
                                          "--positive", "M", "--fractions", "1,0,0"});
      ASSERT_EQ(result.exit_code, 0) << result.errors;
    }
    folder_->write("r.cfg", "[data]\nfile = three.h5\nscaling = standardize\n[model]\nname = logistic\n[evaluation]\nresamples = 0\n");
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) {
    return run_galen(folder_->path(), arguments, ranks);
  }
  static ProgramResult train(const std::string& name, int ranks, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train", "r.cfg", "--run.folder", name};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return galen(arguments, ranks);
  }
  static std::string weights(const std::string& name) { return read_file(*folder_ / name / "last/weights.safetensors"); }
  static Json findings(const std::string& name) { return Json::parse(read_file(*folder_ / name / "findings.json")); }

  static void expect_figures(const Json& found, const char* what, const std::vector<double>& expected) {
    const Json& coefficients = found["outputs"][0]["coefficients"];
    ASSERT_EQ(coefficients.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(coefficients[i][what].get<double>() / expected[i], 1, 1e-7) << what << " " << i;
    }
  }

  static std::vector<std::vector<double>> numbers_in(const std::string& table, std::size_t first, std::size_t last) {
    std::istringstream lines(table);
    std::string line;
    std::getline(lines, line);
    std::vector<std::vector<double>> rows;
    while (std::getline(lines, line)) {
      std::istringstream cells(line);
      std::string cell;
      auto& row = rows.emplace_back();
      for (std::size_t c = 0; std::getline(cells, cell, ','); ++c) {
        if (c >= first && c <= last) row.push_back(std::stod(cell));
      }
    }
    return rows;
  }

  // Those that follow from the coefficients, on paper.
  static void expect_exact_probabilities(const std::string& predictions, const Json& coefficients) {
    const auto measured = numbers_in(read_file(*folder_ / "three.csv"), 1, 3);
    const auto predicted = numbers_in(predictions, 2, 2);
    ASSERT_EQ(predicted.size(), 569U);
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      double logit = coefficients[0]["coefficient"];
      for (std::size_t c = 0; c < 3; ++c) logit += coefficients[c + 1]["coefficient"].get<double>() * measured[i][c];
      EXPECT_NEAR(predicted[i][0], 1 / (1 + std::exp(-logit)), 1e-12) << i;
    }
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

// R's glm and statsmodels' Logit, on the columns as they are, whatever data.scaling is.
TEST_F(Regression, AgreesWithStatisticalPackages) {
  for (const std::string scaling : {"standardize", "none"}) {
    const ProgramResult result = train(scaling, 2, {"--data.scaling", scaling});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, AllOf(HasSubstr("569 patients, 212 of M; log-likelihood -93.645"), HasSubstr("1.095 to 1.699")));
    expect_figures(findings(scaling), "coefficient", {-42.01940764, 1.39699241, 0.38055893, 144.67422712});
    expect_figures(findings(scaling), "standard_error", {4.45942687, 0.15403241, 0.05711325, 19.04687509});
  }
  ASSERT_EQ(train("by_patient", 3, {"--data.file", "repeated.h5"}).exit_code, 0);
  EXPECT_EQ(findings("by_patient")["covariance"], "patient");
  expect_figures(findings("by_patient"), "standard_error", {4.20152628, 0.14839586, 0.05569495, 17.15889416});
}

TEST_F(Regression, HasTheSameBitsOnAnyNumberOfWorkers) {
  for (int workers = 1; workers <= 4; ++workers) {
    const ProgramResult result = train(fmt::format("w{}", workers), workers);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(weights(fmt::format("w{}", workers)), weights("w1")) << workers;
    EXPECT_EQ(findings(fmt::format("w{}", workers)), findings("w1")) << workers;
  }
}

TEST_F(Regression, ResumesWithTheSameBitsOnOtherWorkers) {
  ASSERT_EQ(train("whole", 1).exit_code, 0);
  ASSERT_EQ(train("parts", 2, {"--trainer.max_steps", "3"}).exit_code, 0);
  const ProgramResult resumed = train("parts", 3, {"--resume"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_THAT(resumed.output, HasSubstr("resumed at epoch 1, step 3"));
  EXPECT_EQ(weights("parts"), weights("whole"));
  EXPECT_EQ(findings("parts"), findings("whole"));
}

TEST_F(Regression, IsValidatedByACoordinatorsProcessToTheSameBits) {
  std::vector<Json> validations;
  for (const std::string placement : {"thread", "process"}) {
    const ProgramResult result =
        train(placement, placement == "process" ? 3 : 2,
              {"--data.split_source", "drawn", "--data.fractions", "0.7,0.1,0.2", "--coordinator.placement", placement});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    std::istringstream lines(read_file(*folder_ / placement / "metrics.jsonl"));
    for (std::string line; std::getline(lines, line);) {
      Json json = Json::parse(line);
      if (json.value("kind", "") == "validation") validations.push_back(json);
    }
  }
  ASSERT_EQ(validations.size(), 2u);
  EXPECT_EQ(validations[0], validations[1]);
}

TEST_F(Regression, IsEvaluatedAndPredictsAsNetworksDo) {
  ASSERT_EQ(train("used", 2).exit_code, 0);
  const ProgramResult evaluated =
      galen({"evaluate", "--checkpoint", "used/last", "--data.split", "all", "--json", "report.json", "--evaluation.resamples", "0"}, 2);
  ASSERT_EQ(evaluated.exit_code, 0) << evaluated.errors;
  for (int ranks = 1; ranks <= 4; ++ranks) {
    const std::string name = fmt::format("p{}.csv", ranks);
    const ProgramResult predicted =
        galen({"predict", "--checkpoint", "used/last", "--data.split", "all", "--batch", "100", "--out", name}, ranks);
    ASSERT_EQ(predicted.exit_code, 0) << predicted.errors;
    EXPECT_EQ(read_file(*folder_ / name), read_file(*folder_ / "p1.csv")) << ranks << " ranks";
  }
  expect_exact_probabilities(read_file(*folder_ / "p1.csv"), findings("used")["outputs"][0]["coefficients"]);
  for (const std::string command : {"status", "checkpoint"}) {
    const ProgramResult result = command == "status" ? galen({"status", "used"}) : galen({"checkpoint", "verify", "used"});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
  }
  EXPECT_EQ(galen({"audit", "verify", "used"}).exit_code, 0);
}

TEST_F(Regression, ExplainsSeparationAndPenaltiesHelp) {
  const ProgramResult separated = train("separated", 2, {"--data.file", "all.h5"});
  EXPECT_EQ(separated.exit_code, 1);
  EXPECT_THAT(separated.errors, AllOf(HasSubstr("has no maximum"), HasSubstr("penalty.firth"), HasSubstr("penalty.l2")));
  const ProgramResult ridge = train("ridge", 2, {"--data.file", "all.h5", "--penalty.l2", "1"});
  ASSERT_EQ(ridge.exit_code, 0) << ridge.errors;
  EXPECT_THAT(ridge.output, HasSubstr("With a penalty"));
  EXPECT_TRUE(findings("ridge")["outputs"][0]["coefficients"][1]["p"].is_null());
}

// A column whose gap is in one row alone, which one worker has.
TEST_F(Regression, FindsTheColumnsWithGapsOnAnyNumberOfWorkers) {
  std::string table = "a,b,c,y\n";
  for (int i = 0; i < 90; ++i) {
    const std::string gap = i == 61 ? "" : fmt::format("{}.5", i * 7 % 13);
    table += fmt::format("{},{},{},{}.25\n", i * 5 % 17, gap, i % 4 == 1 ? "" : fmt::format("{}", i * 3 % 11), i * 11 % 23);
  }
  folder_->write("gaps.csv", table);
  ASSERT_EQ(galen({"import", "gaps.csv", "--out", "gaps.h5", "--target", "y", "--fractions", "1,0,0"}).exit_code, 0);
  for (const int workers : {1, 3}) {
    const ProgramResult result = galen({"train", "--data.file", "gaps.h5", "--model.name", "linear", "--data.impute", "mean",
                                        "--data.missing_indicator", "true", "--run.folder", fmt::format("g{}", workers)},
                                       workers);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(weights(fmt::format("g{}", workers)), weights("g1")) << workers;
  }
  std::vector<std::string> names;
  const Json found = findings("g1");
  for (const Json& each : found["outputs"][0]["coefficients"]) names.push_back(each["name"]);
  EXPECT_THAT(names, testing::ElementsAre("(intercept)", "a", "b", "c", "b missing", "c missing"));
}

TEST_F(Regression, RefusesOptionsAndTargetsOfOthers) {
  EXPECT_EQ(train("other", 1, {"--optimizer.learning_rate", "1"}).exit_code, 2);
  const ProgramResult linear = train("other", 1, {"--model.name", "linear"});
  EXPECT_EQ(linear.exit_code, 2);
  EXPECT_THAT(linear.errors, HasSubstr("For classes use"));
}

}  // namespace
}  // namespace galen::test
