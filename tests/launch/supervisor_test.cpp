// galen launch looks after training: what it does when ranks die or hang. The weights at the end are those of a run that nothing happened
// to.

#include "tests/launch/supervised_runs.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

namespace galen::test {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;

class Supervising : public SupervisedRuns {
 protected:
  static void SetUpTestSuite() {
    SupervisedRuns::SetUpTestSuite();
    ASSERT_EQ(run_galen(folder_->path(), training("undisturbed")).exit_code, 0);
  }

  static void expect_undisturbed(const std::string& run, const std::string& undisturbed = "undisturbed") {
    EXPECT_EQ(read_file(*folder_ / run / "last/weights.safetensors"), read_file(*folder_ / undisturbed / "last/weights.safetensors"));
    EXPECT_EQ(read_file(*folder_ / run / "metrics.jsonl"), read_file(*folder_ / undisturbed / "metrics.jsonl"));
  }
};

TEST_F(Supervising, RecoversFromAKilledRankBitForBit) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("killed"));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("killed").empty(); }));
  kill(ranks("killed").at(1), SIGKILL);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("killed");
  const auto lost = events("killed", "rank_lost");
  ASSERT_EQ(lost.size(), 1u);
  EXPECT_THAT(lost[0]["reason"].get<std::string>(), HasSubstr("signal 9"));
  EXPECT_EQ(lost[0]["rank"], "1");
  ASSERT_EQ(events("killed", "restarted").size(), 1u);
  EXPECT_NE(events("killed", "restarted")[0]["from_step"], "0");
}

TEST_F(Supervising, KilledRepeatedlyBeforeTheFirstCheckpointItRestartsWithTheSameLanes) {
  const auto program = launch({"-n", "2", "--restarts", "9", "--tries", "9"}, training("early", {"--trainer.lanes", "2"}));
  for (int i = 0; i < 2; ++i) {
    kill(wait_for_rank("early", 0), SIGKILL);
    ASSERT_TRUE(wait_for([i] { return events("early", "restarted").size() == static_cast<std::size_t>(i + 1); }));
  }
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("early");
}

TEST_F(Supervising, AKilledMpirunLeavesNothingBehind) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("headless"));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("headless").empty(); }));
  std::ifstream stat("/proc/" + std::to_string(ranks("headless").at(0)) + "/stat");
  std::string id, name, state;
  pid_t mpirun = 0;
  ASSERT_TRUE(stat >> id >> name >> state >> mpirun);
  kill(mpirun, SIGKILL);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("headless");
  EXPECT_THAT(events("headless", "rank_lost")[0]["reason"].get<std::string>(), HasSubstr("mpirun was ended by signal 9"));
}

TEST_F(Supervising, AHangingRankIsNamedAndTheJobRestarted) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("hangs", {"--comm.deadline", "10"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("hangs").empty(); }));
  kill(ranks("hangs").at(1), SIGSTOP);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("hangs");
  EXPECT_THAT(losses("hangs", "rank"), Contains("1"));
  EXPECT_THAT(ranks("hangs"), testing::IsEmpty());
}

TEST_F(Supervising, AnInactiveJobIsEnded) {
  const auto program = launch({"-n", "2", "--restarts", "3", "--hang-after", "10"}, training("stands", {"--comm.deadline", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("stands").empty(); }));
  for (const int rank : {0, 1}) kill(ranks("stands").at(rank), SIGSTOP);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("stands");
  EXPECT_THAT(losses("stands", "reason"), Contains(HasSubstr("no activity for 10 s")));
}

TEST_F(Supervising, OverwritingRunsDoNotContinueTheOldOne) {
  ASSERT_EQ(run_galen(folder_->path(), training("replaced", {"--run.seed", "7", "--trainer.max_steps", "60"})).exit_code, 0);
  const auto program = launch({"-n", "2", "--restarts", "9", "--tries", "9"}, training("replaced", {"--overwrite"}));
  kill(wait_for_rank("replaced", 0), SIGKILL);  // after it has moved the old run aside, before its first checkpoint
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  expect_undisturbed("replaced");
}

TEST_F(Supervising, RecoversFromAKilledCoordinatorProcessBitForBit) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("coordinator", {"--coordinator.placement", "process"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("coordinator").empty(); }));
  kill(ranks("coordinator").at(2), SIGKILL);
  const ProgramResult result = program->finish();
  ASSERT_EQ(result.exit_code, 0) << result.errors;
  EXPECT_EQ(read_file(*folder_ / "coordinator/last/weights.safetensors"), read_file(*folder_ / "undisturbed/last/weights.safetensors"));
  EXPECT_EQ(events("coordinator", "restarted")[0]["workers"], "2");
}

TEST_F(Supervising, GivesUpWithoutProgressAndReportsTheFailures) {
  const std::string mpirun = pretended_mpirun(*folder_, "fails", "echo 'galen: rank 1: the disk is full.' >&2\nexit 1\n");
  const ProgramResult result = launch({"-n", "2", "--restarts", "9", "--mpirun", mpirun}, training("hopeless"))->finish();
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(calls(*folder_, "fails"), 3);
  EXPECT_THAT(result.errors, HasSubstr("3 failures in a row without a newer checkpoint"));
  EXPECT_THAT(result.errors, HasSubstr("3. rank 1: the disk is full."));
  EXPECT_EQ(events("hopeless", "gave_up").size(), 1u);
}

TEST_F(Supervising, PermanentFailuresAreNotRestarted) {
  for (const auto& [code, name] : {std::pair(2, "usage"), std::pair(75, "requeue"), std::pair(130, "interrupted")}) {
    const std::string mpirun = pretended_mpirun(*folder_, name, "exit " + std::to_string(code) + "\n");
    EXPECT_EQ(launch({"-n", "2", "--restarts", "9", "--mpirun", mpirun}, training(std::string(name) + "_run"))->finish().exit_code, code);
    EXPECT_EQ(calls(*folder_, name), 1);
  }
}

TEST_F(Supervising, AKilledSupervisorEndsTheJob) {
  const auto program = launch({"-n", "2", "--restarts", "3"}, training("orphan", {"--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("orphan").empty(); }));
  program->signal(SIGKILL);
  program->finish();
  EXPECT_TRUE(wait_for([] { return ranks("orphan").empty(); }));
}

TEST_F(Supervising, ASecondJobInTheSameFolderIsRefused) {
  const auto program = launch({"-n", "1"}, training("mine", {"--trainer.max_steps", "0"}));
  ASSERT_TRUE(wait_for([] { return !newest_checkpoint("mine").empty(); }));
  const ProgramResult again = launch({"-n", "1"}, training("mine", {"--resume"}))->finish();
  const ProgramResult alone = run_galen(folder_->path(), training("mine", {"--overwrite"}));
  for (const ProgramResult& second : {again, alone}) {
    EXPECT_EQ(second.exit_code, 2);
    EXPECT_THAT(second.errors, HasSubstr("is at work"));
  }
  program->signal(SIGTERM);
  EXPECT_EQ(program->finish().exit_code, 75);
}

// A run's folder as it may be after a kill at any instant.
TEST_F(Supervising, ResumeAutoStartsIfNoCheckpointIsWhole) {
  const std::vector<std::function<void(const fs::path&)>> remains = {
      [](const fs::path&) {},
      [](const fs::path& run) { std::ofstream(run / "config.cfg.tmp-0a0a0a0a-00000000") << "device = c"; },
      [](const fs::path& run) { std::ofstream(run / "metrics.jsonl") << "{\"step\": 10, \"epoch\": 0, \"kind\": \"train\", \"lo"; },
      [](const fs::path& run) { fs::create_directories(run / "checkpoints/step-00000020"); },
      [](const fs::path& run) {
        fs::create_directories(run / "checkpoints/step-00000020");
        std::ofstream(run / "checkpoints/step-00000020/weights.safetensors") << "torn";
        fs::create_directory_symlink("checkpoints/step-00000020", run / "last");
      },
  };
  const std::vector<std::string> quick = {"--resume", "auto", "--trainer.max_steps", "100"};
  ASSERT_EQ(run_galen(folder_->path(), training("short", quick)).exit_code, 0);
  for (std::size_t i = 0; i < remains.size(); ++i) {
    const std::string run = "remains" + std::to_string(i);
    fs::create_directories(*folder_ / run);
    remains[i](*folder_ / run);
    const ProgramResult result = run_galen(folder_->path(), training(run, quick));
    ASSERT_EQ(result.exit_code, 0) << i << result.errors;
    expect_undisturbed(run, "short");
  }
}

}  // namespace
}  // namespace galen::test
