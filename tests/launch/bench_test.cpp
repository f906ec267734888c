// galen bench and trainer.profile, as a user types them. Checks that the figures exist and are consistent, not their values.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace galen::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Bench : public testing::Test {
 protected:
  void SetUp() override { data::write_synthetic({.file = folder_ / "small.h5", .samples = 200}); }

  json report(const std::string& name) { return json::parse(read_file(folder_ / name)); }

  TemporaryFolder folder_;
};

TEST_F(Bench, OfTrainingReportsTheTimeOfEachPhase) {
  const ProgramResult result = run_galen(
      folder_.path(), {"bench", "train", "--data.file", "small.h5", "--trainer.batch", "16", "--steps", "30", "--json", "b.json"}, 2);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("samples/s over 2 workers"));

  const json figures = report("b.json");
  EXPECT_EQ(figures["steps"], 30);
  const double step = figures["seconds"].get<double>() / 30;
  EXPECT_GT(figures["samples_per_s"].get<double>(), 0.5 * 16 / step) << "steps are of 16 samples, but for an epoch's last one";
  EXPECT_LE(figures["samples_per_s"].get<double>(), 1.001 * 16 / step);
  double sum = 0;
  for (const auto& [phase, seconds] : figures["step_s"].items()) sum += seconds.get<double>();
  EXPECT_NEAR(sum, step, 0.2 * step) << "the phases leave no gap";
  EXPECT_GT(figures["first_step_s"].get<double>(), 0);
  EXPECT_GT(figures["peak_mib"].get<double>(), 50);
}

TEST_F(Bench, OfTheExchangeComparesWithMpi) {
  const ProgramResult result =
      run_galen(folder_.path(), {"bench", "comm", "--sizes", "0.01,0.5", "--seconds", "0.02", "--json", "c.json"}, 3);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  const json sizes = report("c.json")["sizes"];
  ASSERT_EQ(sizes.size(), 2u);
  for (const json& size : sizes) {
    for (const char* key : {"sum_s", "mpi_allreduce_s", "sum_adam_s", "mpi_allreduce_fused_adam_s", "memory_limit_s"}) {
      EXPECT_GT(size[key].get<double>(), 0) << key;
    }
  }
}

TEST_F(Bench, OfARegressionGivesItsCoefficients) {
  std::string table = "x,y\n";
  for (int i = 0; i < 60; ++i) table += fmt::format("{},{}\n", i, 3 + 2 * i + (i % 2 == 0 ? 0.5 : -0.5));
  folder_.write("line.csv", table);
  ASSERT_EQ(run_galen(folder_.path(), {"import", "line.csv", "--target", "y", "--out", "line.h5"}).exit_code, 0);
  const ProgramResult result =
      run_galen(folder_.path(), {"bench", "linear", "--file", "line.h5", "--kind", "linear", "--errors", "true", "--json", "l.json"}, 2);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, HasSubstr("60 rows of 1 columns, linear regression on 2 ranks"));
  const json figures = report("l.json");
  EXPECT_EQ(figures["seconds"].size(), 3u);
  // Errors of a half in turn have a slope of -15 / 17995 against sixty numbers, whose squares about their mean sum to 17995.
  EXPECT_NEAR(figures["coefficients"][1].get<double>(), 2, 1e-3);
  EXPECT_NEAR(figures["standard_errors"][1].get<double>(), 0.5 / std::sqrt(17995.0), 1e-4);
}

TEST_F(Bench, NeedsTheNameOfABenchmark) {
  const ProgramResult result = run_galen(folder_.path(), {"bench", "everything"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, HasSubstr("galen bench checkpoint, comm, data, evaluation,"));
}

TEST_F(Bench, AProfileIsATraceOfEveryRanksPhases) {
  ASSERT_EQ(
      run_galen(folder_.path(),
                {"train", "--data.file", "small.h5", "--run.folder", "run", "--trainer.max_steps", "5", "--trainer.profile", "--quiet"}, 2)
          .exit_code,
      0);
  std::set<std::pair<int, std::string>> seen;
  for (const json& event : report("run/trace.json")) {
    if (event["ph"] == "X") seen.insert({event["pid"].get<int>(), event["name"].get<std::string>()});
  }
  for (const int rank : {0, 1}) {
    for (const char* phase : {"load", "forward", "backward", "wait", "update"}) EXPECT_TRUE(seen.contains({rank, phase})) << rank << phase;
  }
}

TEST_F(Bench, RanksWithOtherOptionsAreRefused) {
  std::vector<std::string> command = galen_command({"train", "--data.file", "small.h5", "--run.folder", "r", "--trainer.batch", "16"}, 2);
  command[2] = std::string(1, '1');  // g++ 12 sees an overlap in the assignment of "1"
  for (const std::string word : {":", "-np", "1"}) command.push_back(word);
  for (const std::string& word : galen_command({"train", "--data.file", "small.h5", "--run.folder", "r", "--trainer.batch", "32"})) {
    command.push_back(word);
  }
  const ProgramResult result = run_program(command, {.folder = folder_.path()});
  EXPECT_FALSE(result.timed_out);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.errors, testing::AllOf(HasSubstr("--trainer.batch 16"), HasSubstr("--trainer.batch 32")));
}

}  // namespace
}  // namespace galen::test
