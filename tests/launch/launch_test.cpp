// galen launch as a user types it: its mpirun line, and that it works. tests/launch/supervisor_test.cpp has the supervision.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

namespace galen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::StartsWith;

// Lines may be broken between any two words.
std::string joined_lines(const std::string& text) {
  std::istringstream stream(text);
  std::string line;
  for (std::string word; stream >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

class Launch : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    data::write_synthetic({.file = *folder_ / "small.h5", .samples = 200});
    folder_->write("small.cfg", "[data]\nfile = small.h5\n[trainer]\nbatch = 16\nmax_steps = 4\n");
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static ProgramResult launch(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), "launch");
    return run_program(galen_command(arguments), {.environment = std::move(environment), .folder = folder_->path()});
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_F(Launch, DryRunShowsALineThatWorksWhenPasted) {
  const auto shown =
      launch({"-n", "2", "--dry-run", "train", "small.cfg", "--run.folder", "a run's folder", "--overwrite"}, {"OMP_NUM_THREADS"});
  ASSERT_EQ(shown.exit_code, 0) << shown.errors;
  EXPECT_THAT(shown.output, AllOf(StartsWith("mpirun "), HasSubstr(" -np 2 "), HasSubstr(" -x OMP_NUM_THREADS=")));
  EXPECT_FALSE(std::filesystem::exists(*folder_ / "a run's folder"));
  const auto pasted = run_program({"sh", "-c", shown.output}, {.folder = folder_->path()});
  EXPECT_EQ(pasted.exit_code, 0) << pasted.errors;
  EXPECT_TRUE(std::filesystem::exists(*folder_ / "a run's folder/best"));
}

TEST_F(Launch, RunsTheCommandOnTheRequestedNumberOfWorkers) {
  const auto trained = launch({"-n", "2", "train", "small.cfg", "--run.folder", "two"});
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_THAT(trained.output, HasSubstr("Best checkpoint: two/best"));
  EXPECT_THAT(read_file(*folder_ / "two/best/manifest.json"), HasSubstr("\"world_size\": 2"));
  EXPECT_EQ(launch({"-n", "2", "evaluate", "--checkpoint", "two", "--json", "two.json"}).exit_code, 0);
  EXPECT_TRUE(std::filesystem::exists(*folder_ / "two.json"));
}

TEST_F(Launch, TakesSlurmsAllocation) {
  const auto shown = launch({"--dry-run", "train", "small.cfg"},
                            {"SLURM_JOB_ID=9", "SLURM_JOB_NODELIST=n[1-2]", "SLURM_TASKS_PER_NODE=3(x2)", "SLURM_NTASKS=6",
                             "SLURM_CPUS_PER_TASK=4", "OMP_NUM_THREADS", "HDF5_USE_FILE_LOCKING=FALSE"});
  EXPECT_THAT(shown.output, AllOf(HasSubstr(" -np 6 "), HasSubstr(" -x OMP_NUM_THREADS=4 "), HasSubstr(" -x HDF5_USE_FILE_LOCKING ")));
  const auto copies = launch({"train", "small.cfg"}, {"SLURM_JOB_ID=9", "SLURM_JOB_NODELIST=n1", "SLURM_STEP_NUM_TASKS=4"});
  EXPECT_EQ(copies.exit_code, 2);
  EXPECT_THAT(joined_lines(copies.errors), HasSubstr("without srun"));
}

TEST_F(Launch, FindsGpusAsTheDriverShowsThem) {
  const std::string driver = std::string("LD_LIBRARY_PATH=") + GALEN_FAKE_DRIVER_FOLDER;  // of one GPU
  const auto all = launch({"--gpus", "all", "--dry-run", "train", "small.cfg"}, {driver});
  EXPECT_THAT(all.output, HasSubstr(" -np 1 ")) << all.errors;
  EXPECT_THAT(all.errors, HasSubstr("1 GPUs a host"));
  EXPECT_EQ(launch({"--gpus", "2", "--dry-run", "train", "small.cfg"}, {driver}).exit_code, 2);
  EXPECT_THAT(launch({"--gpus", "2", "--hosts", "a,b", "--dry-run", "train", "small.cfg"}, {driver}).output,
              HasSubstr(" --host a:2,b:2 -np 4 "));
}

TEST_F(Launch, ReportsMistakesInTheCommand) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> mistakes = {
      {{}, "no command to start"},
      {{"trian"}, "Did you mean train?"},
      {{"synth", "--out", "x.h5"}, "synth is not a command that runs on several workers"},
      {{"--worker", "2", "train", "small.cfg"}, "Did you mean --workers?"},
      {{"-n", "many", "train", "small.cfg"}, "workers = many"},
      {{"train", "small.cfg", "--trainer.bacth", "8"}, "Did you mean --trainer.batch?"},
      {{"train", "nowhere.cfg"}, "nowhere.cfg"},
      {{"--hosts", "a:x", "train", "small.cfg"}, "x is not a number of workers"},
      {{"--mpirun", "no-such-mpirun", "train", "small.cfg"}, "no-such-mpirun cannot be started"},
  };
  for (const auto& [arguments, words] : mistakes) {
    const auto result = launch(arguments);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_THAT(joined_lines(result.errors), HasSubstr(words));
  }
}

TEST_F(Launch, ShowsItsOwnHelpAndThatOfTheCommand) {
  EXPECT_THAT(launch({"--help"}).output, AllOf(StartsWith("galen launch"), HasSubstr("--restarts")));
  EXPECT_THAT(launch({"train", "--help"}).output, StartsWith("galen train"));
}

TEST_F(Launch, ProcessesThatMpiDoesNotConnectAreRefused) {
  const auto alone = run_program(galen_command({"train", "small.cfg", "--run.folder", "alone"}),
                                 {.environment = {"SLURM_STEP_NUM_TASKS=2", "SLURM_PROCID=1"}, .folder = folder_->path()});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(joined_lines(alone.errors), HasSubstr("this is one of 2 processes, but for MPI each of them is alone"));
  EXPECT_FALSE(std::filesystem::exists(*folder_ / "alone"));
}

}  // namespace
}  // namespace galen::test
