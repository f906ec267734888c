// The guarantee without any key: the same bits on any number of workers. If it cannot hold, a note says so.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace galen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SameBits : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    folder_->write("small.cfg",
                   "[data]\nfile = small.h5\naugment = flip(horizontal)\n[model]\nbatch_norm = true\ndropout = 0.2\n[trainer]\nbatch = 24\n"
                   "max_steps = 7\n[evaluation]\nresamples = 0\n");
    data::write_synthetic({.file = *folder_ / "small.h5", .samples = 200});
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) {
    return run_galen(folder_->path(), arguments, ranks);
  }
  static ProgramResult train(const std::string& name, int ranks, const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"train", "small.cfg", "--run.folder", name};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return galen(arguments, ranks);
  }
  static ProgramResult run(const std::vector<std::string>& command, const std::vector<std::string>& environment) {
    return run_program(command, {.environment = environment, .folder = folder_->path()});
  }
  static std::string weights(const std::string& name) { return read_file(*folder_ / name / "last/weights.safetensors"); }
  static nlohmann::json manifest(const std::string& name) {
    return nlohmann::json::parse(read_file(*folder_ / name / "last/manifest.json"));
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(SameBits, OnAnyNumberOfWorkersByDefault) {
  for (int workers = 1; workers <= 4; ++workers) {
    const std::string name = fmt::format("w{}", workers);
    const ProgramResult result = train(name, workers);
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output, HasSubstr("lanes: 4 for each batch of 24; the same bits on 1 to 4 workers"));
    EXPECT_EQ(weights(name), weights("w1")) << workers;
  }
}

TEST_F(SameBits, OnAnyNumberOfCores) {
  for (int workers = 1; workers <= 3; ++workers) {
    const std::string name = fmt::format("cores{}", workers);
    const ProgramResult result = run(galen_command({"train", "small.cfg", "--run.folder", name}, workers), {"OMP_NUM_THREADS"});
    ASSERT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_EQ(manifest(name).at("threads"), 1);
    EXPECT_EQ(weights(name), weights("cores1")) << workers;
  }
  const ProgramResult launched = galen({"launch", "-n", "2", "train", "small.cfg", "--run.folder", "launched", "--trainer.threads", "1"});
  ASSERT_EQ(launched.exit_code, 0) << launched.errors;
  EXPECT_EQ(weights("launched"), weights("cores1"));
}

TEST_F(SameBits, OfARunResumedOnMoreWorkers) {
  ASSERT_EQ(train("whole", 1).exit_code, 0);
  ASSERT_EQ(train("parts", 2, {"--trainer.max_steps", "4"}).exit_code, 0);
  const ProgramResult resumed = train("parts", 3, {"--resume"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_EQ(weights("parts"), weights("whole"));
}

TEST_F(SameBits, AreNotGuaranteedWithOneLaneForEachWorker) {
  ASSERT_EQ(train("plain", 2, {"--trainer.lanes", "workers"}).exit_code, 0);
  EXPECT_EQ(manifest("plain").at("lanes"), 2);
  EXPECT_THAT(read_file(*folder_ / "plain/config.cfg"), testing::ContainsRegex("lanes = 2")) << "which repeats the run";
}

TEST_F(SameBits, MoreWorkersThanLanesAreReported) {
  const ProgramResult result = train("five", 5);
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, AllOf(HasSubstr("lanes: 8"), HasSubstr("not those of up to 4 workers")));
}

TEST_F(SameBits, TheArithmeticOfARunIsRecordedAndCompared) {
  const std::vector<std::string> train = {"train", "small.cfg", "--run.folder", "elsewhere"};
  auto first = train;
  first.insert(first.end(), {"--trainer.max_steps", "3"});
  ASSERT_EQ(run(galen_command(first), {"OMP_NUM_THREADS=1", "ATEN_CPU_CAPABILITY=default"}).exit_code, 0);
  EXPECT_THAT(manifest("elsewhere").at("arithmetic").get<std::string>(), AllOf(HasSubstr("LibTorch"), HasSubstr("DEFAULT")));
  auto again = train;
  again.emplace_back("--resume");
  const ProgramResult resumed = galen(again);
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  if (!testing::Value(manifest("elsewhere").at("arithmetic").get<std::string>(), HasSubstr("DEFAULT"))) {
    EXPECT_THAT(resumed.output, AllOf(HasSubstr("note: resumed with"), HasSubstr("DEFAULT")));
  }
}

TEST_F(SameBits, RanksOfAnotherArithmeticAreNamed) {
  const std::vector<std::string> train = {GALEN_PROGRAM, "train", "small.cfg", "--run.folder", "mixed"};
  std::vector<std::string> command = {(source_folder() / "launch/mpirun.sh").string(), "-np", "1", "-x", "ONEDNN_MAX_CPU_ISA=AVX2"};
  command.insert(command.end(), train.begin(), train.end());
  command.insert(command.end(), {":", "-np", "1"});
  command.insert(command.end(), train.begin(), train.end());
  const ProgramResult result = run(command, {"OMP_NUM_THREADS=1"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_THAT(result.output, AllOf(HasSubstr("note: the ranks compute with different processors or libraries"), HasSubstr("rank 1 on")));
  EXPECT_THAT(manifest("mixed").at("arithmetic").get<std::string>(), HasSubstr(" | "));
}

TEST_F(SameBits, AModeOfMklThatIsNotStrictIsReported) {
  const std::vector<std::string> command = galen_command({"train", "small.cfg", "--run.folder", "loose", "--trainer.max_steps", "1"});
  const ProgramResult loose = run(command, {"OMP_NUM_THREADS=1", "MKL_CBWR=AVX2"});
  ASSERT_EQ(loose.exit_code, 0) << loose.errors;
  if (!testing::Value(manifest("loose").at("arithmetic").get<std::string>(), HasSubstr("MKL"))) return;  // LibTorch is built without
  EXPECT_THAT(loose.output, AllOf(HasSubstr("note: matrix products are in MKL's mode AVX2"), HasSubstr("MKL_CBWR")));
  const ProgramResult strict = galen({"train", "small.cfg", "--run.folder", "strict", "--trainer.max_steps", "1"});
  EXPECT_THAT(strict.output, Not(HasSubstr("MKL's mode")));
  EXPECT_THAT(manifest("strict").at("arithmetic").get<std::string>(), HasSubstr(",STRICT"));
}

}  // namespace
}  // namespace galen::test
