// galen launch is asked to stop: by Ctrl-C, or by a scheduler's signals, which may come at any moment.

#include "tests/launch/supervised_runs.h"

#include <gmock/gmock.h>

#include <csignal>

namespace galen::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

using StoppingSupervised = SupervisedRuns;

TEST_F(StoppingSupervised, CtrlCAndTerminationLeaveACheckpoint) {
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 75), std::pair(SIGUSR1, 75)}) {
    const std::string run = "stopped" + std::to_string(signal);
    const auto program = launch({"-n", "2", "--restarts", "3"}, training(run, {"--trainer.max_steps", "0"}));
    ASSERT_TRUE(wait_for([&] { return !newest_checkpoint(run).empty(); }));
    program->signal(signal);
    const ProgramResult result = program->finish();
    EXPECT_EQ(result.exit_code, code) << result.output << result.errors;
    EXPECT_THAT(result.output, HasSubstr("The checkpoint is " + run));
    EXPECT_THAT(ranks(run), testing::IsEmpty());
  }
}

TEST_F(StoppingSupervised, ASecondCtrlCEndsItAtOnce) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("twice", {"--comm.deadline", "0", "--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("twice").empty(); }));
  kill(ranks("twice").at(1), SIGSTOP);  // so that it cannot stop in peace
  program->signal(SIGINT);
  ASSERT_TRUE(wait_for([] { return read(*folder_ / "twice/ranks/0.jsonl").find("asked to end") != std::string::npos; }));
  program->signal(SIGINT);  // two at a time would be one
  EXPECT_EQ(program->finish().exit_code, 130);
  EXPECT_THAT(ranks("twice"), testing::IsEmpty());
}

}  // namespace
}  // namespace galen::test
