// A file or folder that a command names and that does not exist is a wrong command: exit code 2 in every command, and the message names it.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>

namespace galen::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  std::vector<std::string> arguments;
};

std::ostream& operator<<(std::ostream& out, const Case& one) {
  for (const std::string& argument : one.arguments) out << argument << ' ';
  return out;
}

const std::vector<Case> kCases = {
    // Data.
    {{"train", "--data.file", "nowhere.h5"}},
    {{"train", "--data.file", "nowhere*.h5"}},
    {{"train", "--data.file", "good.h5,nowhere.h5"}},
    {{"evaluate", "--checkpoint", "run/best", "--data.file", "nowhere.h5"}},
    {{"predict", "--checkpoint", "run/best", "--out", "p.csv", "--data.file", "nowhere.h5"}},
    {{"inspect", "nowhere.h5"}},
    {{"inspect", "nowhere.h5", "--verify"}},
    {{"inspect", "nowhere.h5", "--json"}},
    {{"inspect", "nowhere.h5", "--show", "2", "--out", "a.png"}},
    {{"bench", "data", "--file", "nowhere.h5"}},
    {{"bench", "train", "--data.file", "nowhere.h5"}},
    {{"import", "nowhere", "--out", "x.h5"}},
    {{"import", "nowhere.npz", "--out", "x.h5"}},
    {{"import", "nowhere.h5", "--repack", "--out", "x.h5"}},

    // Files that an import reads in addition to its source.
    {{"import", "images", "--out", "x.h5", "--table", "nowhere.csv"}},
    {{"import", "table.csv", "--out", "x.h5", "--like", "nowhere.h5"}},
    {{"import", "notes.csv", "--out", "x.h5", "--vocabulary", "nowhere.txt"}},
    {{"import", "table.csv", "--out", "x.h5", "--pseudonym-key-file", "nowhere.key"}},

    // Configurations.
    {{"train", "nowhere.cfg"}},
    {{"bench", "train", "nowhere.cfg"}},
    {{"bench", "checkpoint", "nowhere.cfg"}},
    {{"launch", "-n", "1", "train", "nowhere.cfg"}},
    {{"launch", "--hostfile", "nowhere", "train", "good.cfg"}},
    {{"launch", "--mpirun", "nowhere/mpirun", "-n", "1", "train", "good.cfg"}},

    // Models and checkpoints.
    {{"train", "good.cfg", "--model.name", "file:nowhere.pt"}},
    {{"evaluate", "--checkpoint", "nowhere"}},
    {{"predict", "--checkpoint", "nowhere", "--out", "p.csv"}},
    {{"checkpoint", "list", "nowhere"}},
    {{"checkpoint", "verify", "nowhere"}},
    {{"checkpoint", "prune", "nowhere"}},
    {{"checkpoint", "diff", "nowhere", "run/best"}},
    {{"checkpoint", "diff", "run/best", "nowhere"}},

    // Runs.
    {{"status", "nowhere"}},
    {{"status", "nowhere", "--follow"}},
    {{"audit", "verify", "nowhere"}},
    {{"audit", "show", "nowhere"}},

    // Keys.
    {{"train", "good.cfg", "--run.folder", "keyed", "--checkpoint.key_file", "nowhere.key"}},
    {{"train", "good.cfg", "--run.folder", "keyed", "--audit.key_file", "nowhere.key"}},
    {{"evaluate", "--checkpoint", "run/best", "--checkpoint.key_file", "nowhere.key"}},
    {{"evaluate", "--checkpoint", "run/best", "--audit.key_file", "nowhere.key"}},
    {{"predict", "--checkpoint", "run/best", "--out", "p.csv", "--checkpoint.key_file", "nowhere.key"}},
    {{"predict", "--checkpoint", "run/best", "--out", "p.csv", "--audit.key_file", "nowhere.key"}},
    {{"checkpoint", "verify", "run", "--checkpoint.key_file", "nowhere.key"}},
    {{"audit", "verify", "run", "--audit.key_file", "nowhere.key"}},

    // Outputs in folders that do not exist.
    {{"synth", "--out", "nowhere/x.h5"}},
    {{"import", "table.csv", "--out", "nowhere/x.h5"}},
    {{"inspect", "good.h5", "--show", "2", "--out", "nowhere/a.png"}},
    {{"evaluate", "--checkpoint", "run/best", "--json", "nowhere/x.json"}},
    {{"bench", "train", "good.cfg", "--json", "nowhere/x.json"}},
    {{"bench", "checkpoint", "good.cfg", "--json", "nowhere/x.json"}},
    {{"bench", "data", "--json", "nowhere/x.json"}},
    {{"bench", "comm", "--json", "nowhere/x.json"}},
    {{"predict", "--checkpoint", "run/best", "--out", "nowhere/p.csv"}},
    {{"checkpoint", "key", "--out", "nowhere/a.key"}},
};

class MissingFiles : public testing::TestWithParam<Case> {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    data::write_synthetic({.file = *folder_ / "good.h5", .samples = 60});
    folder_->write("good.cfg", "[data]\nfile = good.h5\n[trainer]\nmax_steps = 1\n");
    folder_->write("table.csv", "age,label\n41,0\n52,1\n");
    folder_->write("notes.csv", "text,label\na note of some length on a patient of ours,0\nanother note of some other length,1\n");
    std::filesystem::create_directory(*folder_ / "images");
    const ProgramResult run = run_galen(folder_->path(), {"train", "good.cfg", "--run.folder", "run", "--quiet"});
    ASSERT_EQ(run.exit_code, 0) << run.errors;
  }
  static void TearDownTestSuite() { folder_.reset(); }

  static inline std::unique_ptr<TemporaryFolder> folder_;
};

TEST_P(MissingFiles, AreAWrongCommand) {
  const ProgramResult result = run_galen(folder_->path(), GetParam().arguments);
  EXPECT_EQ(result.exit_code, 2) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("nowhere"));
  EXPECT_FALSE(std::filesystem::exists(*folder_ / "p.csv")) << "nothing was done";
}

INSTANTIATE_TEST_SUITE_P(InEveryCommand, MissingFiles, testing::ValuesIn(kCases));

// Hosts need not see the same disks: one rank that misses a file ends the others, with the same exit code.
TEST_F(MissingFiles, OfOneRankEndAllRanks) {
  const std::string script = "cd $([ \"$OMPI_COMM_WORLD_RANK\" = 1 ] && echo images || echo .) && exec " GALEN_PROGRAM
                             " train --data.file good.h5 --run.folder " +
                             (*folder_ / "of_one").string();
  const ProgramResult result = run_program({(source_folder() / "launch/mpirun.sh").string(), "-np", "2", "sh", "-c", script},
                                           {.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_->path()});
  EXPECT_EQ(result.exit_code, 2) << result.errors;
  EXPECT_THAT(result.errors, HasSubstr("rank 1: "));
  EXPECT_THAT(result.errors, Not(HasSubstr("rank 0: ")));
}

}  // namespace
}  // namespace galen::test
