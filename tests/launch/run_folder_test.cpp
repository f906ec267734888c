#include "launch/run_folder.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace galen::launch {
namespace {

namespace fs = std::filesystem;

class RunFolder : public testing::Test {
 protected:
  void prepare(EarlierRun earlier) { prepare_run_folder(run_.string(), earlier, "device = cpu\n", *alone_); }

  fs::path make(const std::string& name, const std::string& text) {
    const fs::path path = run_ / name;
    fs::create_directories(path.parent_path());
    return folder_.write("run/" + name, text);
  }

  test::TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
  std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
};

TEST_F(RunFolder, IsMadeWithItsConfiguration) {
  prepare(EarlierRun::kRefuse);
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cpu\n");
}

TEST_F(RunFolder, ThatHoldsARunIsRefused) {
  make("metrics.jsonl", "{}\n");
  try {
    prepare(EarlierRun::kRefuse);
    FAIL() << "was not refused";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(),
                testing::AllOf(testing::HasSubstr(run_.string()), testing::HasSubstr("--resume"), testing::HasSubstr("--overwrite")));
  }
  EXPECT_FALSE(fs::exists(run_ / "config.cfg"));
}

TEST_F(RunFolder, OfARunThatNeverTookAStepIsFree) {
  make("config.cfg", "old");
  make("metrics.jsonl", "");
  fs::create_directories(run_ / "checkpoints");
  prepare(EarlierRun::kRefuse);
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cpu\n");
}

TEST_F(RunFolder, OverwritingRemovesTheRunAndNothingElse) {
  make("checkpoints/step-00000001/manifest.json", "{}");
  make("metrics.jsonl", "{}\n");
  make("events.out.tfevents.1.galen.0", "x");
  make("notes.txt", "mine");
  fs::create_symlink("checkpoints/step-00000001", run_ / "best");
  prepare(EarlierRun::kOverwrite);
  EXPECT_FALSE(fs::exists(run_ / "checkpoints"));
  EXPECT_FALSE(fs::exists(run_ / "metrics.jsonl"));
  EXPECT_FALSE(fs::exists(run_ / "events.out.tfevents.1.galen.0"));
  EXPECT_FALSE(fs::is_symlink(run_ / "best"));
  EXPECT_EQ(test::read_file(run_ / "notes.txt"), "mine");
}

TEST_F(RunFolder, ResumingKeepsTheRun) {
  make("metrics.jsonl", "{}\n");
  prepare(EarlierRun::kResume);
  EXPECT_EQ(test::read_file(run_ / "metrics.jsonl"), "{}\n");
}

TEST_F(RunFolder, ThatIsAFileIsRefused) {
  folder_.write("run", "");
  EXPECT_THROW(prepare(EarlierRun::kOverwrite), UsageError);
}

TEST_F(RunFolder, IsRefusedOnEveryRank) {
  make("metrics.jsonl", "{}\n");
  test::run_ranks(
      3, [&](comm::Communicator& world) { EXPECT_THROW(prepare_run_folder(run_.string(), EarlierRun::kRefuse, "", world), UsageError); });
}

}  // namespace
}  // namespace galen::launch
