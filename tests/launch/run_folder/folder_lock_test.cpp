#include "launch/run_folder/folder_lock.h"

#include "galen/error.h"
#include "launch/starting/started_alone.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace galen::launch {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

TEST(FolderLock, RefusesASecondHolderAndNamesTheFirst) {
  const test::TemporaryFolder folder;
  const FolderLock first(folder.path().string(), "lock", 0ms);
  try {
    const FolderLock second(folder.path().string(), "lock", 50ms);
    FAIL() << "was not refused";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr(folder.path().string()), HasSubstr("process " + std::to_string(getpid()))));
  }
  const FolderLock another(folder.path().string(), "another", 0ms);
}

TEST(FolderLock, IsFreeAgainAfterItsHolder) {
  const test::TemporaryFolder folder;
  { const FolderLock first(folder.path().string(), "lock", 0ms); }
  const FolderLock second(folder.path().string(), "lock", 0ms);
}

TEST(FolderLock, KnowsWhetherWorkWasFinished) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(FolderLock::is_unfinished(folder.path().string(), "lock"));
  {
    const FolderLock lock(folder.path().string(), "lock", 0ms);
    EXPECT_TRUE(FolderLock::is_unfinished(folder.path().string(), "lock"));
  }
  EXPECT_FALSE(FolderLock::is_unfinished(folder.path().string(), "lock"));
}

TEST(FolderLock, WaitsForAHolderThatEnds) {
  const test::TemporaryFolder folder;
  auto first = std::make_unique<FolderLock>(folder.path().string(), "lock", 0ms);
  std::thread end([&] {
    std::this_thread::sleep_for(100ms);
    first.reset();
  });
  const FolderLock second(folder.path().string(), "lock", 60s);
  end.join();
}

TEST(FolderLock, OfAKilledProcessIsFree) {
  const test::TemporaryFolder folder;
  const pid_t child = fork();
  if (child == 0) {
    const FolderLock held(folder.path().string(), "lock", 0ms);
    raise(SIGKILL);
  }
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_TRUE(FolderLock::is_unfinished(folder.path().string(), "lock"));
  const FolderLock next(folder.path().string(), "lock", 0ms);
}

struct LockCase {
  const char* command;
  Environment environment;
  bool refused;
};

TEST(StartedAlone, IsRefusedIfSeveralWereIntended) {
  const std::vector<LockCase> cases = {
      {"train", {}, false},
      {"train", {{"SLURM_STEP_NUM_TASKS", "4"}, {"SLURM_NTASKS", "4"}}, true},  // srun without a process manager that MPI knows
      {"predict", {{"SLURM_STEP_NUM_TASKS", "4"}}, true},
      {"train", {{"SLURM_NTASKS", "4"}}, true},
      {"evaluate", {{"SLURM_NTASKS", "4"}}, false},  // a job script may well do that once, before or after training
      {"train", {{"SLURM_NTASKS", "1"}}, false},
      {"train", {{"OMPI_COMM_WORLD_SIZE", "1"}, {"SLURM_NTASKS", "4"}}, false},
      {"train", {{"OMPI_COMM_WORLD_SIZE", "2"}}, true},  // another MPI's mpirun
      {"train", {{"PMI_SIZE", "2"}}, true},
      {"train", {{"WORLD_SIZE", "8"}, {"TORCHELASTIC_RUN_ID", "x"}}, true},
  };
  for (const LockCase& example : cases) {
    bool refused = false;
    try {
      check_meant_to_be_alone(example.command, example.environment);
    } catch (const UsageError& error) {
      refused = true;
      EXPECT_THAT(error.what(), HasSubstr("galen launch"));
    }
    EXPECT_EQ(refused, example.refused) << example.command << testing::PrintToString(example.environment);
  }
}

}  // namespace
}  // namespace galen::launch
