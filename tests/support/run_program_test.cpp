#include "tests/support/run_program.h"

#include "galen/error.h"

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <thread>

namespace galen::test {
namespace {

TEST(RunProgram, ReturnsTheOutputAndTheExitCode) {
  const ProgramResult result = run_program({"sh", "-c", "echo seen; echo wrong >&2; exit 3"});
  EXPECT_EQ(result.output, "seen\n");
  EXPECT_EQ(result.errors, "wrong\n");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_FALSE(result.timed_out);
}

TEST(RunProgram, GivesEnvironmentFolderAndNoInput) {
  const TemporaryFolder folder;
  const ProgramResult result =
      run_program({"sh", "-c", "pwd; echo $COLOUR ${HOME-none}; cat"}, {.environment = {"COLOUR=grey", "HOME"}, .folder = folder.path()});
  EXPECT_EQ(result.output, folder.path().string() + "\ngrey none\n");
}

TEST(RunProgram, KillsAProgramAndItsChildrenWhenPatienceEnds) {
  const ProgramResult result = run_program({"sh", "-c", "echo begun; sleep 3600 & sleep 3600"}, {.patience = std::chrono::seconds(2)});
  EXPECT_TRUE(result.timed_out);
  EXPECT_EQ(result.exit_code, 128 + SIGTERM);
  EXPECT_EQ(result.output, "begun\n");
}

TEST(RunProgram, PassesSignalsOn) {
  Program program({"sh", "-c", "trap 'echo told; exit 75' USR1; echo ready; while :; do sleep 0.01; done"});
  while (program.output() != "ready\n") std::this_thread::sleep_for(std::chrono::milliseconds(5));
  program.signal(SIGUSR1);
  const ProgramResult result = program.finish();
  EXPECT_EQ(result.output, "ready\ntold\n");
  EXPECT_EQ(result.exit_code, 75);
}

TEST(RunProgram, ThrowsForAMissingProgram) { EXPECT_THROW(run_program({"/nowhere/galen"}), Error); }

}  // namespace
}  // namespace galen::test
