#include "launch/supervision/restart_policy.h"

#include "launch/supervision/failure_reason.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::int64_t> pauses(RestartPolicy policy, const std::vector<bool>& progress) {
  std::vector<std::int64_t> all;
  for (const bool progressed : progress) {
    const auto pause = policy.pause_after_failure(progressed);
    all.push_back(pause ? pause->count() : -1);
  }
  return all;
}

TEST(RestartPolicy, PausesGrowAndBeginAgainAfterProgress) {
  EXPECT_THAT(pauses({100, 100}, std::vector<bool>(10, false)), ElementsAre(0, 1, 2, 4, 8, 16, 32, 60, 60, 60));
  EXPECT_THAT(pauses({100, 100}, {false, false, false, true, false}), ElementsAre(0, 1, 2, 0, 1));
}

TEST(RestartPolicy, EndsAfterFailuresInARowWithoutProgress) {
  EXPECT_THAT(pauses({100, 3}, {true, false, true, false, false}), ElementsAre(0, 1, 0, 1, -1));
  RestartPolicy policy(100, 1);
  EXPECT_FALSE(policy.pause_after_failure(true));
  EXPECT_THAT(policy.why(), HasSubstr("without a newer checkpoint"));
}

TEST(RestartPolicy, EndsWhenTheRestartsAreUsed) {
  EXPECT_THAT(pauses({2, 3}, {true, true, true}), ElementsAre(0, 0, -1));
  RestartPolicy policy(2, 9);
  for (int i = 0; i < 3; ++i) policy.pause_after_failure(true);
  EXPECT_EQ(policy.used(), 2);
  EXPECT_THAT(policy.why(), HasSubstr("all 2 restarts"));
}

FailureReason reason(int exit_code, const std::string& output) {
  OutputTail tail;
  tail.add(output);
  return find_reason(exit_code, tail);
}

TEST(FailureReason, OfASignalNamesRankAndHost) {
  const auto found = reason(137,
                            "loss 0.5\n-----\nmpirun noticed that process rank 3 with PID 0 on node gpu07 exited on signal 9 "
                            "(Killed).\n-----\n");
  EXPECT_EQ(found.text, "rank 3 on gpu07 was ended by signal 9 (Killed).");
  EXPECT_EQ(found.rank, "3");
  EXPECT_EQ(found.host, "gpu07");
}

TEST(FailureReason, IsTheMessageOfGalen) {
  const auto found = reason(1,
                            "galen: rank 0: sum of gradients: waited 2.0 s, but rank 1 (n2) has not\n       arrived. Check these ranks.\n"
                            "-----\nMPI_ABORT was invoked on rank 0 in communicator MPI_COMM_WORLD\n");
  EXPECT_EQ(found.text, "rank 0: sum of gradients: waited 2.0 s, but rank 1 (n2) has not arrived. Check these ranks.");
  EXPECT_EQ(found.rank, "1");
  EXPECT_EQ(found.host, "n2");
}

TEST(FailureReason, IsNoNote) {
  const auto found = reason(137,
                            "galen: note: n1: /dev/shm: 2 files of dead jobs\n       take 1.0 MiB of it.\n"
                            "mpirun noticed that process rank 3 with PID 0 on node gpu07 exited on signal 9 (Killed).\n");
  EXPECT_EQ(found.text, "rank 3 on gpu07 was ended by signal 9 (Killed).");
}

TEST(FailureReason, IsTheExitCodeWithoutAMessage) {
  EXPECT_EQ(reason(3, "  Process name: [[53251,1],2]\n  Exit code:    3\n").rank, "2");
  EXPECT_THAT(reason(7, "").text, HasSubstr("exit code 7"));
  EXPECT_THAT(reason(137, "").text, HasSubstr("signal 9"));
}

TEST(OutputTail, KeepsTheLastLinesAsATerminalShowsThem) {
  OutputTail tail;
  tail.add("first\nstep 1\rstep 2\rst");
  tail.add("ep 3\nlast");
  EXPECT_THAT(tail.lines(), ElementsAre("first", "step 3", "last"));
  for (int i = 0; i < 1000; ++i) tail.add("line\n");
  EXPECT_LT(tail.lines().size(), 100u);
}

}  // namespace
}  // namespace galen::launch
