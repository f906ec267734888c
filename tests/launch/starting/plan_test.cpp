#include "launch/starting/plan.h"

#include "galen/error.h"
#include "galen/shell_text.h"
#include "trainer/run/trainer_options.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Planning : public testing::Test {
 protected:
  Planning() {
    command_.name = "train";
    command_.trains = true;
    around_.machine = {.cores = 16, .memory_nodes = 1, .gpus = 0, .root = false};
    around_.environment = {{"PATH", "/bin"}, {"HOME", "/h"}, {"NCCL_DEBUG", "INFO"}};
  }

  Plan plan() { return make_plan(options_, command_, around_); }

  // mpirun's line up to the program, in which "galen" stands for its path.
  std::string line(const Plan& plan) {
    std::string text = shell_text(mpirun_line(plan, options_, around_, "train", {"x.cfg"}));
    const std::size_t end = text.rfind(" train x.cfg"), begin = text.rfind(' ', end - 1);
    return text.replace(begin + 1, end - begin - 1, "galen");
  }
  std::string line() { return line(plan()); }

  LaunchOptions options_;
  LaunchedCommand command_;
  Surroundings around_;
};

TEST_F(Planning, TakesEightWorkersOfTheCoresAndMakesThreadsOfTheRest) {
  EXPECT_EQ(line(), "mpirun -np 8 --bind-to none -x OMP_NUM_THREADS=2 galen train x.cfg");
}

TEST_F(Planning, TakesNoMoreWorkersThanThereAreLanesOrSamples) {
  command_.most_workers = 3;
  EXPECT_EQ(line(), "mpirun -np 3 --bind-to none -x OMP_NUM_THREADS=5 galen train x.cfg");
  options_.workers = 4;  // the user's choice, which training may refuse
  EXPECT_EQ(plan().workers, 4);
}

TEST_F(Planning, LeavesThreadsThatWereChosenAlone) {
  command_.threads = 3;
  EXPECT_THAT(line(), Not(HasSubstr("OMP_NUM_THREADS")));
  command_.threads = 0;
  around_.environment["OMP_NUM_THREADS"] = "7";
  EXPECT_THAT(line(), Not(HasSubstr("OMP_NUM_THREADS")));
}

TEST_F(Planning, GivesAnyNumberOfWorkersTheSameThreads) {
  command_.batch = 64;
  for (options_.workers = 1; options_.workers <= 8; ++options_.workers) EXPECT_EQ(plan().threads, 2) << options_.workers;
  options_.workers = 1;
  EXPECT_THAT(plan().notes,
              ElementsAre(AllOf(HasSubstr("2 of 16 cores on each host are used"), HasSubstr("trainer.threads = 16 uses all"))));
  options_.workers = 8;
  EXPECT_THAT(plan().notes, IsEmpty());
  command_.lanes = trainer::kLaneForEachWorker;
  options_.workers = 2;
  EXPECT_EQ(plan().threads, 8);
}

TEST_F(Planning, LeavesTheRunsThreadsToWhatAppliesItsModel) {
  command_.trains = false;
  command_.applies = true;
  EXPECT_THAT(line(), Not(HasSubstr("OMP_NUM_THREADS")));
}

TEST_F(Planning, ReportsMoreWorkersThanCores) {
  options_.workers = 20;
  const Plan crowded = plan();
  EXPECT_EQ(line(crowded), "mpirun -np 20 --oversubscribe --bind-to none -x OMP_NUM_THREADS=1 galen train x.cfg");
  EXPECT_THAT(crowded.notes, ElementsAre(HasSubstr("20 workers were requested, but there are slots for 16")));
  options_.workers = 16;
  EXPECT_THAT(plan().notes, IsEmpty());
}

TEST_F(Planning, AllowsRootWhereItIsRootAlone) {
  around_.machine.root = true;
  EXPECT_THAT(line(), HasSubstr("mpirun --allow-run-as-root -np"));
}

TEST_F(Planning, StartsOneWorkerAGpu) {
  around_.machine.gpus = 4;
  const Plan gpus = plan();
  EXPECT_EQ(line(gpus), "mpirun -np 4 --bind-to none -x OMP_NUM_THREADS=4 galen train x.cfg");
  EXPECT_THAT(gpus.notes, ElementsAre(HasSubstr("4 GPUs")));
  options_.gpus = "2";
  EXPECT_EQ(plan().workers, 2);
  options_.gpus = "none";
  EXPECT_EQ(plan().workers, 8);
}

TEST_F(Planning, UsesNoGpusIfTheDeviceIsTheCpu) {
  around_.machine.gpus = 4;
  command_.may_use_gpus = false;
  EXPECT_EQ(plan().workers, 8);
  options_.gpus = "all";
  EXPECT_THROW(plan(), UsageError);
}

TEST_F(Planning, RefusesMissingGpus) {
  for (const char* gpus : {"all", "2", "1.5"}) {
    options_.gpus = gpus;
    EXPECT_THROW(plan(), UsageError) << gpus;
  }
}

TEST_F(Planning, FillsHostsAndPassesTheEnvironment) {
  options_.hosts = "a:4,b:4";
  options_.agent = "myssh -q";
  EXPECT_EQ(
      line(),
      "mpirun --mca plm_rsh_agent 'myssh -q' --host a:4,b:4 -np 8 --bind-to none -x OMP_NUM_THREADS=2 -x NCCL_DEBUG -x PATH galen train "
      "x.cfg");
}

TEST_F(Planning, SharesWorkersOutBetweenHostsWithoutNumbers) {
  options_.hosts = "a,b";
  options_.workers = 5;
  EXPECT_THAT(line(), HasSubstr("--host a:3,b:3 -np 5"));
  options_.workers = 0;
  EXPECT_THAT(line(), HasSubstr("--host a:8,b:8 -np 16"));
  options_.gpus = "4";  // of each host, independent of this machine
  EXPECT_THAT(line(), HasSubstr("--host a:4,b:4 -np 8"));
}

TEST_F(Planning, PassesMpirunsOwnOptions) {
  options_.mpirun = "/opt/mpi/bin/mpirun --mca btl_tcp_if_include 'eth 1'";
  EXPECT_THAT(line(), HasSubstr("/opt/mpi/bin/mpirun --mca btl_tcp_if_include 'eth 1' -np 8"));
}

TEST_F(Planning, BindsWorkersToTheirShareWhereThereAreSeveralMemoryNodes) {
  around_.machine.memory_nodes = 2;
  EXPECT_EQ(line(), "mpirun -np 8 --map-by slot:PE=2 --bind-to core -x OMP_NUM_THREADS=2 galen train x.cfg --data.threads=1");
  options_.bind = "none";
  EXPECT_THAT(line(), HasSubstr("--bind-to none"));
  options_.bind = "auto";
  options_.workers = 1;
  EXPECT_THAT(line(), HasSubstr("--bind-to none"));
  options_.workers = 20;
  EXPECT_THAT(line(), HasSubstr("--bind-to none"));
  options_.bind = "cores";
  EXPECT_THROW(plan(), UsageError);
}

TEST_F(Planning, AddsAProcessForTheCoordinator) {
  command_.coordinator_process = true;
  options_.workers = 4;
  EXPECT_EQ(line(), "mpirun -np 5 --bind-to none -x OMP_NUM_THREADS=4 galen train x.cfg");
  EXPECT_EQ(plan().workers, 4);
  options_.workers = 16;
  const Plan full = plan();
  EXPECT_THAT(line(full), HasSubstr("-np 17 --oversubscribe"));
  EXPECT_THAT(full.notes, IsEmpty());
  options_.hosts = "a:2,b:2";
  options_.workers = 3;
  EXPECT_THAT(line(), HasSubstr("--host a,a,b,a -np 4 --map-by seq"));
}

TEST_F(Planning, TakesWhatSlurmHasGiven) {
  around_.slurm = SlurmAllocation{.hosts = {{"n1", 4}, {"n2", 4}, {"n3", 2}}, .tasks = 10, .cores_a_task = 8, .cores_a_host = 32};
  EXPECT_THAT(line(), testing::StartsWith("mpirun -np 10 --bind-to none -x OMP_NUM_THREADS=8 -x NCCL_DEBUG"));  // mpirun knows the hosts
  around_.slurm->tasks = 0;
  around_.slurm->cores_a_task = 0;
  EXPECT_THAT(line(), HasSubstr("-np 10 --bind-to none -x OMP_NUM_THREADS=3"));
  options_.workers = 5;
  EXPECT_THAT(line(), HasSubstr("-np 5 "));
}

TEST_F(Planning, ReportsMoreSlurmTasksThanSamplesInAStep) {
  around_.slurm = SlurmAllocation{.hosts = {{"n1", 16}, {"n2", 16}}, .tasks = 32, .cores_a_task = 1, .cores_a_host = 16};
  command_.most_workers = 20;
  EXPECT_EQ(plan().workers, 20);
  EXPECT_THAT(plan().notes, ElementsAre(HasSubstr("20 workers for the job's 32 tasks")));
  command_.most_workers = 0;
  EXPECT_THAT(plan().notes, IsEmpty());
}

TEST_F(Planning, ExcludesLostHostsAndKeepsEverythingElse) {
  options_.hosts = "a:2,b:2,c:2";
  options_.workers = 5;
  const Plan all = plan();
  EXPECT_THAT(line(without_lost_hosts(all, {"b"})), HasSubstr("--host a:2,c:2 -np 4 --bind-to none -x OMP_NUM_THREADS=3"));
  EXPECT_EQ(all.threads, 3);
  EXPECT_THAT(line(without_lost_hosts(all, {})), HasSubstr("--host a:2,b:2,c:2 -np 5"));
  EXPECT_THAT(without_lost_hosts(all, {"a", "b", "c"}).hosts, IsEmpty());

  options_.hosts = "";
  options_.workers = 0;
  around_.slurm = SlurmAllocation{.hosts = {{"n1", 4}, {"n2", 4}}, .tasks = 8};
  EXPECT_THAT(line(without_lost_hosts(plan(), {"n1"})), HasSubstr("--host n2:4 -np 4"));
}

TEST_F(Planning, RefusesTwoListsOfHosts) {
  options_.hosts = "a";
  options_.hostfile = "file";
  EXPECT_THROW(plan(), UsageError);
}

TEST(GoingOn, ResumesWhereThereIsACheckpoint) {
  LaunchedCommand command;
  command.line = {{{"run.folder", "r"}, {"overwrite", "true"}, {"trainer.lanes", "4"}, {"quiet", "true"}}, {"x.cfg"}};
  command.overwrites = true;
  EXPECT_THAT(arguments_to_go_on(command, /*has_checkpoint=*/true, 4),
              ElementsAre("x.cfg", "--run.folder=r", "--quiet=true", "--resume=auto"));
}

TEST(GoingOn, StartsWithTheSameLanesIfThereIsNoCheckpoint) {
  LaunchedCommand command;
  command.line = {{{"resume", "auto"}}, {"x.cfg"}};
  EXPECT_THAT(arguments_to_go_on(command, /*has_checkpoint=*/false, 3), ElementsAre("x.cfg", "--trainer.lanes=3", "--resume=auto"));
  command.overwrites = true;  // the earlier run may still exist
  EXPECT_THAT(arguments_to_go_on(command, false, 3), ElementsAre("x.cfg", "--trainer.lanes=3", "--overwrite"));
}

TEST(LaunchLine, EndsWhereTheCommandBegins) {
  LaunchOptions options;
  const std::vector<Option> table = launch_options(options);
  const LaunchLine line = split_launch_line({"-n", "4", "--hosts", "a,b", "--dry-run", "--gpus=all", "train", "-n", "--workers"}, table);
  EXPECT_THAT(line.own, ElementsAre("--workers", "4", "--hosts", "a,b", "--dry-run", "--gpus=all"));
  EXPECT_EQ(line.command, "train");
  EXPECT_THAT(line.arguments, ElementsAre("-n", "--workers"));
}

}  // namespace
}  // namespace galen::launch
