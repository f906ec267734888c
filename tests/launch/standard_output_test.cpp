// Standard output that cannot be written: a pipe without a reader, a full disk.

#include "data/synthetic/synthetic.h"
#include "tests/launch/galen_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <filesystem>

namespace galen::test {
namespace {

using testing::HasSubstr;

class StandardOutput : public testing::Test {
 protected:
  void SetUp() override { data::write_synthetic({.file = folder_ / "small.h5", .samples = 200}); }

  // A line of bash, in which $galen is the program; ends with the exit code of the line's first program.
  ProgramResult shell(const std::string& line) const {
    return run_program({"bash", "-c", "galen=" GALEN_PROGRAM "; " + line + "; exit ${PIPESTATUS[0]}"},
                       {.environment = {"OMP_NUM_THREADS=1"}, .folder = folder_.path()});
  }

  static std::string training(const std::string& run) { return " train --data.file small.h5 --evaluation.resamples 0 --run.folder " + run; }

  void expect_whole(const std::string& run) const {
    EXPECT_TRUE(std::filesystem::exists(folder_ / run / "last")) << run;
    EXPECT_THAT(read_file(folder_ / run / "events.jsonl"), HasSubstr("\"finished\""));
  }

  TemporaryFolder folder_;
};

TEST_F(StandardOutput, WithoutAReaderDoesNotEndTraining) {
  const ProgramResult alone = shell("$galen" + training("alone") + " --trainer.epochs 3 | head -1");
  EXPECT_EQ(alone.exit_code, 0) << alone.errors;
  EXPECT_THAT(alone.errors, HasSubstr("note: standard output cannot be written (Broken pipe)"));
  expect_whole("alone");

  const ProgramResult launched = shell("$galen launch -n 2" + training("launched") + " --trainer.epochs 3 | head -1");
  EXPECT_EQ(launched.exit_code, 0) << launched.errors;
  expect_whole("launched");
}

TEST_F(StandardOutput, OnAFullDiskFailsCommandsThatPrintResults) {
  ASSERT_EQ(shell("$galen" + training("run") + " --trainer.epochs 1 > /dev/null").exit_code, 0);
  for (const char* command :
       {"inspect small.h5", "status run", "checkpoint list run", "evaluate --checkpoint run/best", "audit show run", "doctor",
        "train --help", "--version", "train --data.file small.h5 --print-config", "bench data --file small.h5 --seconds 0.1",
        "predict --checkpoint run/best --out p.csv", "synth --out other.h5 --samples 20",
        "launch -n 2 --dry-run train --data.file small.h5", "launch -n 2 evaluate --checkpoint run/best"}) {
    const ProgramResult result = shell(std::string("$galen ") + command + " > /dev/full");
    EXPECT_EQ(result.exit_code, 1) << command << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("standard output cannot be written (No space left on device)")) << command;
  }
}

TEST_F(StandardOutput, WithoutAReaderEndsStatusFollow) {
  const ProgramResult result = shell("$galen" + training("live") +
                                     " --trainer.epochs 100000 --quiet & pid=$!; until [ -e live/status.json ]; do sleep 0.1; done; "
                                     "$galen status live --follow | head -1; kill $pid; wait $pid");
  EXPECT_FALSE(result.timed_out);
  EXPECT_THAT(result.output, HasSubstr("live: "));
}

// The limit behind SIGXFSZ, which also applies to shared memory.
TEST_F(StandardOutput, AndFilesThatMayNotGrowAreErrorsAndNoSignals) {
  const ProgramResult result =
      shell("(ulimit -f 20000; $galen" + training("limited") + " --trainer.epochs 3 --model.name dense_net --model.hidden 4000,2000)");
  EXPECT_NE(result.exit_code, 128 + SIGXFSZ);
  EXPECT_THAT(result.output + result.errors + read_file(folder_ / "limited/events.jsonl"), HasSubstr("File too large"));
}

}  // namespace
}  // namespace galen::test
