// galen launch is asked to stop: by Ctrl-C, or by a scheduler's signals, which may come at any moment.

#include "tests/launch/supervised_runs.h"

#include <gmock/gmock.h>

#include <csignal>
#include <stop_token>

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
  program->signal(SIGINT);  // two at once would count as one
  EXPECT_EQ(program->finish().exit_code, 130);
  EXPECT_THAT(ranks("twice"), testing::IsEmpty());
}

// Like Open MPI's mpirun, it ignores signals until it has a worker; it has only one worker.
constexpr char kDeafMpirun[] = R"(
worker=
trap '[ -z "$worker" ] || kill -USR1 $worker' USR1
touch deaf
until [ -e hears ]; do sleep 0.05; done
while [ "$1" != ")" GALEN_PROGRAM R"(" ]; do shift; done
"$@" & worker=$!
while kill -0 $worker; do wait $worker; code=$?; done
exit $code
)";

TEST_F(StoppingSupervised, ASignalThatMpirunDoesNotPassOnIsRepeated) {
  const std::string mpirun = pretended_mpirun(*folder_, "deaf-mpirun", kDeafMpirun);
  const auto program = launch({"-n", "1", "--restarts", "3", "--mpirun", mpirun}, training("unheard", {"--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return std::filesystem::exists(*folder_ / "deaf"); }));
  program->signal(SIGUSR1);
  std::this_thread::sleep_for(500ms);  // the signal is passed on in this time, and lost
  folder_->write("hears", "");
  const ProgramResult result = program->finish();
  EXPECT_EQ(result.exit_code, 75) << result.output << result.errors;
  EXPECT_FALSE(result.timed_out);
}

TEST_F(StoppingSupervised, SignalledBetweenTwoJobsItIsToBeQueuedAgain) {
  const std::string mpirun = pretended_mpirun(*folder_, "failing-mpirun", "exit 1\n");
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGUSR1, 75)}) {
    const std::string run = "pause" + std::to_string(signal);
    const auto program = launch({"-n", "2", "--restarts", "9", "--tries", "9", "--mpirun", mpirun}, training(run));
    ASSERT_TRUE(wait_for([&] { return events(run, "restarted").size() == 4; }));  // in 4 s
    program->signal(signal);
    EXPECT_EQ(program->finish().exit_code, code);
    EXPECT_EQ(events(run, "restarted").size(), 4u);
  }
}

TEST_F(StoppingSupervised, SignalsUntilTheEndDoNotChangeTheExitCode) {
  const auto program = launch({"-n", "2"}, training("storm", {"--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("storm").empty(); }));
  const std::jthread storm([&](const std::stop_token& over) {
    for (; !over.stop_requested(); std::this_thread::sleep_for(5ms)) program->signal(SIGUSR1);
  });
  const ProgramResult result = program->finish();
  EXPECT_EQ(result.exit_code, 75) << result.output << result.errors;
  EXPECT_THAT(result.output, HasSubstr("The checkpoint is storm"));
}

}  // namespace
}  // namespace galen::test
