// Signals and time limits: a run that is asked to stop leaves a checkpoint and says with its exit code why it stopped.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

namespace galen::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class Stopping : public testing::Test {
 protected:
  void SetUp() override { data::write_synthetic({.file = folder_ / "small.h5", .samples = 200}); }

  ProgramResult galen(const std::vector<std::string>& arguments, int ranks = 1) const {
    return run_galen(folder_.path(), arguments, ranks);
  }

  // A run of very many epochs, in the folder run.
  std::unique_ptr<Program> start(int ranks, const std::vector<std::string>& options = {}, std::vector<std::string> environment = {}) const {
    std::vector<std::string> arguments = {"train", "--data.file", "small.h5", "--run.folder", "run"};
    for (const char* more : {"--trainer.epochs", "100000", "--trainer.batch", "16", "--trainer.lanes", "2"}) arguments.emplace_back(more);
    arguments.insert(arguments.end(), options.begin(), options.end());
    environment.emplace_back("OMP_NUM_THREADS=1");
    return std::make_unique<Program>(galen_command(arguments, ranks), ProgramOptions{.environment = environment, .folder = folder_.path()});
  }

  // Within two minutes.
  bool appears(const std::string& name) const {
    for (int i = 0; i < 12000 && !std::filesystem::exists(folder_ / name); ++i) std::this_thread::sleep_for(10ms);
    return std::filesystem::exists(folder_ / name);
  }

  // Within two minutes, in a file that is there.
  bool notes(const std::string& name, const std::string& words) const {
    const auto has = [&] { return read_file(folder_ / name).find(words) != std::string::npos; };
    for (int i = 0; i < 12000 && !has(); ++i) std::this_thread::sleep_for(10ms);
    return has();
  }

  ProgramResult stop(int signal, int ranks, const std::vector<std::string>& options = {}, const std::string& once = "run/last",
                     const std::vector<std::string>& environment = {}) const {
    const auto program = start(ranks, options, environment);
    EXPECT_TRUE(appears(once));
    program->signal(signal);
    return program->finish();
  }

  void expect_stopped(const ProgramResult& result, const std::string& why, int exit_code) const {
    EXPECT_EQ(result.exit_code, exit_code) << result.output << result.errors;
    EXPECT_THAT(result.output, HasSubstr("Stopped " + why));
    EXPECT_THAT(result.output, HasSubstr("galen train run/config.cfg --resume"));
    expect_resumable();
  }

  void expect_resumable() const {
    const ProgramResult resumed = galen(
        {"train", "run/config.cfg", "--resume", "--trainer.max_minutes", "0", "--trainer.max_steps", "1", "--evaluation.resamples", "0"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
    EXPECT_THAT(resumed.output, HasSubstr("resumed at epoch"));
  }

  void clear() const { std::filesystem::remove_all(folder_ / "run"); }

  TemporaryFolder folder_;
};

TEST_F(Stopping, CtrlCLeavesACheckpointAndExitCode130) { expect_stopped(stop(SIGINT, 1), "by Ctrl-C", 130); }

TEST_F(Stopping, TerminationLeavesACheckpointAndExitCode75) { expect_stopped(stop(SIGTERM, 1), "on request", 75); }

TEST_F(Stopping, AHangUpLeavesACheckpointAndExitCode75) { expect_stopped(stop(SIGHUP, 1), "on request", 75); }

TEST_F(Stopping, SlurmsSignalLeavesACheckpointAndExitCode75) {
  for (const int ranks : {1, 2}) {
    expect_stopped(stop(SIGUSR1, ranks), "on request", 75);
    clear();
  }
}

// mpirun kills its ranks a second after either signal, so they may or may not write a checkpoint of this step.
TEST_F(Stopping, ARunEndedByMpirunAfterCtrlCCanBeResumed) {
  for (const int signal : {SIGINT, SIGTERM}) {
    EXPECT_NE(stop(signal, 2).exit_code, 0);
    expect_resumable();
    clear();
  }
}

TEST_F(Stopping, ASecondCtrlCEndsAtOnce) {
  const auto program = start(1, {"--model.name", "resnet18", "--trainer.batch", "1000"});  // steps of a second
  ASSERT_TRUE(appears("run/last"));
  program->signal(SIGINT);
  ASSERT_TRUE(notes("run/ranks/0.jsonl", "SIGINT"));  // two at once would count as one
  program->signal(SIGINT);
  const ProgramResult result = program->finish();
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_THAT(result.errors, HasSubstr("second Ctrl-C"));
  EXPECT_THAT(result.output, Not(HasSubstr("Stopped")));
}

TEST_F(Stopping, ATimeLimitLeavesACheckpointAndCountsFromEachStart) {
  for (const int ranks : {1, 2}) {
    const ProgramResult first = start(ranks, {"--trainer.max_minutes", "0.04"})->finish();
    EXPECT_EQ(first.exit_code, 75) << first.errors;
    const ProgramResult second = start(ranks, {"--trainer.max_minutes", "0.04", "--resume", "auto"})->finish();
    EXPECT_THAT(second.output, HasSubstr("resumed at epoch"));
    expect_stopped(second, "because of its time limit", 75);
    clear();
  }
}

TEST_F(Stopping, StopsBeforeSlurmEndsTheJob) {
  using std::chrono::system_clock;
  const auto end = system_clock::now() + 14s;  // a time in the past counts as that of an earlier job
  const ProgramResult result = start(2, {}, {fmt::format("SLURM_JOB_END_TIME={}", system_clock::to_time_t(end))})->finish();
  EXPECT_THAT(result.output, HasSubstr("Slurm ends this job in"));
  expect_stopped(result, "because of its time limit", 75);
}

TEST_F(Stopping, SignalsBeforeTrainingEndTheRunAtOnce) {
  const std::vector<std::string> slow = {std::string("LD_PRELOAD=") + GALEN_INSTANT_SHIM, "GALEN_TEST_INSTANT=H5Fopen",
                                         "GALEN_TEST_ACTION=sleep", "ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0"};
  for (const int ranks : {1, 2}) {
    const ProgramResult result = stop(SIGUSR1, ranks, {}, fmt::format("run/ranks/{}.jsonl", ranks - 1), slow);
    EXPECT_EQ(result.exit_code, 75) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("no training was in progress"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "run/checkpoints"));
    clear();
  }
}

TEST_F(Stopping, SignalsInTheFinalEvaluationEndTheRunAtOnce) {
  for (const int ranks : {1, 2}) {
    const ProgramResult result = stop(SIGUSR1, ranks, {"--trainer.max_steps", "3", "--evaluation.resamples", "20000000"});
    EXPECT_EQ(result.exit_code, 75) << result.errors;

    const ProgramResult resumed = galen({"train", "run/config.cfg", "--resume", "--evaluation.resamples", "10"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
    EXPECT_THAT(resumed.output, HasSubstr("Trained 3 steps"));
    clear();
  }
}

}  // namespace
}  // namespace galen::test
