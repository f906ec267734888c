// Signals: a run that is asked to stop leaves a checkpoint and says with its exit code why it stopped.

#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <csignal>
#include <filesystem>
#include <thread>

namespace galen::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class Stopping : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(run_galen(folder_.path(), {"synth", "--out", "small.h5", "--samples", "200"}).exit_code, 0); }

  // Starts a run of very many epochs, and waits for its first checkpoint.
  std::unique_ptr<Program> start(const std::string& run) {
    auto program = std::make_unique<Program>(
        galen_command({"train", "--data.file", "small.h5", "--run.folder", run, "--trainer.epochs", "100000", "--trainer.batch", "16"}),
        ProgramOptions{.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_.path(), .patience = 60s});
    for (int i = 0; i < 300 && !std::filesystem::exists(folder_ / run / "last"); ++i) std::this_thread::sleep_for(100ms);
    return program;
  }

  void expect_stopped(const std::string& run, int signal, int exit_code) {
    const auto program = start(run);
    program->signal(signal);
    const ProgramResult result = program->finish();
    EXPECT_EQ(result.exit_code, exit_code) << result.output << result.errors;
    EXPECT_THAT(result.output, HasSubstr("galen train " + run + "/config.cfg --resume"));
    EXPECT_TRUE(std::filesystem::exists(folder_ / run / "last/manifest.json"));

    const ProgramResult resumed = run_galen(folder_.path(), {"train", run + "/config.cfg", "--resume", "--trainer.max_steps", "1"});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
    EXPECT_THAT(resumed.output, HasSubstr("resumed at epoch"));
  }

  TemporaryFolder folder_;
};

TEST_F(Stopping, CtrlCLeavesACheckpointAndExitCode130) { expect_stopped("interrupted", SIGINT, 130); }

TEST_F(Stopping, SlurmsSignalLeavesACheckpointAndExitCode75) { expect_stopped("preempted", SIGUSR1, 75); }

TEST_F(Stopping, TerminationLeavesACheckpointAndExitCode75) { expect_stopped("terminated", SIGTERM, 75); }

}  // namespace
}  // namespace galen::test
