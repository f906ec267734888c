// A FIFO instead of a file is refused at once, because opening it would wait forever.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>

namespace galen::test {
namespace {

using testing::HasSubstr;
using Words = std::vector<std::string>;

class SpecialFiles : public testing::Test {
 protected:
  void SetUp() override {
    data::write_synthetic({.file = folder_ / "small.h5", .samples = 60});
    for (const char* name : {"fifo", "fifo.png", "fifo.csv", "fifo.h5", "fifo.npz", "fifo.gz", "fifo.hea"})
      ASSERT_EQ(mkfifo((folder_ / name).c_str(), 0600), 0);
  }

  ProgramResult galen(const Words& arguments) const {
    return run_program(galen_command(arguments), {.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_.path()});
  }

  TemporaryFolder folder_;
};

TEST_F(SpecialFiles, AreRefusedWhereverAFileIsNamed) {
  const std::vector<Words> commands = {
      {"train", "--data.file", "fifo.h5", "--run.folder", "r1"},
      {"train", "--data.file", "small.h5,fifo.h5", "--run.folder", "r2"},
      {"train", "fifo"},
      {"train", "--data.file", "small.h5", "--run.folder", "r3", "--checkpoint.key_file", "fifo"},
      {"train", "--data.file", "small.h5", "--run.folder", "r4", "--audit.key_file", "fifo"},
      {"inspect", "fifo.h5"},
      {"import", "fifo.png", "--out", "o.h5"},
      {"import", "fifo.csv", "--out", "o.h5"},
      {"import", "fifo.npz", "--out", "o.h5"},
      {"import", "fifo.gz", "--out", "o.h5"},
      {"import", "fifo.hea", "--out", "o.h5"},
      {"import", "table.csv", "--out", "o.h5", "--like", "fifo.h5"},
      {"import", ".", "--table", "fifo.csv", "--out", "o.h5"},
      {"import", "table.csv", "--vocabulary", "fifo", "--out", "o.h5"},
      {"launch", "--hostfile", "fifo", "train", "--data.file", "small.h5"},
      {"audit", "verify", "run"},
      {"audit", "show", "run"},
  };
  folder_.write("table.csv", "text,target\nsome words here,0\nother words there,1\n");
  std::filesystem::create_directory(folder_ / "run");
  ASSERT_EQ(mkfifo((folder_ / "run/audit.jsonl").c_str(), 0600), 0);
  for (const Words& command : commands) {
    const ProgramResult result = galen(command);
    std::string line;
    for (const std::string& word : command) line += word + " ";
    EXPECT_FALSE(result.timed_out) << line;
    EXPECT_NE(result.exit_code, 0) << line;
    EXPECT_THAT(result.errors, HasSubstr("is a FIFO")) << line;
  }
}

TEST_F(SpecialFiles, AmongSourceFilesAreNamed) {
  std::filesystem::create_directory(folder_ / "tables");
  std::filesystem::create_directory(folder_ / "status");
  ASSERT_EQ(mkfifo((folder_ / "status/events.jsonl").c_str(), 0600), 0);
  ASSERT_EQ(mkfifo((folder_ / "status/status.json").c_str(), 0600), 0);
  const ProgramResult shown = galen({"status", "status"});
  EXPECT_FALSE(shown.timed_out);
  EXPECT_EQ(shown.exit_code, 0) << shown.errors;
}

}  // namespace
}  // namespace galen::test
