#include "launch/run_folder/run_folder.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_communicator.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <functional>

namespace galen::launch {
namespace {

namespace fs = std::filesystem;

class RunFolderTest : public testing::Test {
 protected:
  // A run in the folder; `work` is what it does.
  void run(
      EarlierRun earlier, const std::function<void()>& work = [] {}) {
    const RunFolder prepared(run_.string(), earlier, "device = cpu\n", *alone_);
    work();
  }

  fs::path make(const std::string& name, const std::string& text) {
    const fs::path path = run_ / name;
    fs::create_directories(path.parent_path());
    return folder_.write("run/" + name, text);
  }

  test::TemporaryFolder folder_;
  fs::path run_ = folder_ / "run";
  std::unique_ptr<comm::Communicator> alone_ = comm::make_single_communicator();
};

TEST_F(RunFolderTest, IsMadeWithItsConfiguration) {
  run(EarlierRun::kRefuse);
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cpu\n");
}

TEST_F(RunFolderTest, ThatHoldsARunIsRefused) {
  make("metrics.jsonl", "{}\n");
  try {
    run(EarlierRun::kRefuse);
    FAIL() << "was not refused";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(),
                testing::AllOf(testing::HasSubstr(run_.string()), testing::HasSubstr("--resume"), testing::HasSubstr("--overwrite")));
  }
  EXPECT_FALSE(fs::exists(run_ / "config.cfg"));
}

TEST_F(RunFolderTest, OfARunThatNeverTookAStepIsFree) {
  make("config.cfg", "old");
  make("metrics.jsonl", "");
  fs::create_directories(run_ / "checkpoints");
  run(EarlierRun::kRefuse);
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cpu\n");
}

TEST_F(RunFolderTest, OverwritingRemovesTheRunAndNothingElse) {
  make("checkpoints/step-00000001/manifest.json", "{}");
  make("metrics.jsonl", "{}\n");
  make("events.out.tfevents.1.galen.0", "x");
  make("notes.txt", "mine");
  fs::create_symlink("checkpoints/step-00000001", run_ / "best");
  run(EarlierRun::kOverwrite, [&] { make("metrics.jsonl", "new\n"); });
  EXPECT_FALSE(fs::exists(run_ / "checkpoints"));
  EXPECT_FALSE(fs::exists(run_ / "overwritten"));
  EXPECT_EQ(test::read_file(run_ / "metrics.jsonl"), "new\n");
  EXPECT_FALSE(fs::exists(run_ / "events.out.tfevents.1.galen.0"));
  EXPECT_FALSE(fs::is_symlink(run_ / "best"));
  EXPECT_EQ(test::read_file(run_ / "notes.txt"), "mine");
}

TEST_F(RunFolderTest, OverwritingBringsTheRunBackWhereNothingTookItsPlace) {
  make("checkpoints/step-00000001/manifest.json", "{}");
  make("config.cfg", "old");
  EXPECT_THROW(run(EarlierRun::kOverwrite, [] { throw Error("no data"); }), Error);
  EXPECT_EQ(test::read_file(run_ / "checkpoints/step-00000001/manifest.json"), "{}");
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "old");
  EXPECT_FALSE(fs::exists(run_ / "overwritten"));
}

TEST_F(RunFolderTest, ARunThatWasMovedAsideBeforeAKillIsRestored) {
  make("overwritten/metrics.jsonl", "{}\n");
  EXPECT_THROW(run(EarlierRun::kRefuse), UsageError);
  EXPECT_EQ(test::read_file(run_ / "metrics.jsonl"), "{}\n");
}

TEST_F(RunFolderTest, ResumingKeepsTheRun) {
  make("metrics.jsonl", "{}\n");
  run(EarlierRun::kResume);
  EXPECT_EQ(test::read_file(run_ / "metrics.jsonl"), "{}\n");
}

TEST_F(RunFolderTest, AResumedRunKeepsItsConfigurationUntilItStarts) {
  make("metrics.jsonl", "{}\n");
  make("config.cfg", "old");
  const RunFolder prepared(run_.string(), EarlierRun::kResume, "device = cpu\n", *alone_);
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "old");
  prepared.begin();
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cpu\n");
}

TEST_F(RunFolderTest, ThatWasRemovedIsMadeAgainAndLocked) {
  RunFolder prepared(run_.string(), EarlierRun::kRefuse, "device = cpu\n", *alone_);
  fs::remove_all(run_);
  prepared.keep();
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cpu\n");
  EXPECT_THROW(FolderLock(run_.string(), kRunLock, std::chrono::milliseconds(0)), UsageError);
  fs::remove(run_ / "lock");  // alone
  make("metrics.jsonl", "{}\n");
  prepared.keep();
  EXPECT_THROW(FolderLock(run_.string(), kRunLock, std::chrono::milliseconds(0)), UsageError);
  EXPECT_EQ(test::read_file(run_ / "metrics.jsonl"), "{}\n");
}

TEST_F(RunFolderTest, ThatAnotherJobHasTakenEndsTheRun) {
  const auto error_of = [](RunFolder& prepared) {
    try {
      prepared.keep();
    } catch (const UsageError&) {
      return std::string("a wrong command");
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  RunFolder prepared(run_.string(), EarlierRun::kRefuse, "device = cpu\n", *alone_);
  fs::rename(run_, folder_ / "aside");
  {
    const RunFolder other(run_.string(), EarlierRun::kRefuse, "device = cuda\n", *alone_);
    EXPECT_THAT(error_of(prepared), testing::HasSubstr("is at work on the run in this folder"));
    make("metrics.jsonl", "{}\n");
  }
  EXPECT_THAT(error_of(prepared), testing::HasSubstr("another run is in this folder"));
  EXPECT_EQ(test::read_file(run_ / "config.cfg"), "device = cuda\n");
}

TEST_F(RunFolderTest, WithLinksInPlaceOfItsFilesIsRefused) {
  folder_.write("victim", "precious");
  for (const char* name : {"lock", "metrics.jsonl", "config.cfg", "checkpoints", "audit.head", "events.jsonl", "ranks"}) {
    fs::create_directories(run_);
    fs::create_symlink("../victim", run_ / name);
    EXPECT_THROW(run(EarlierRun::kOverwrite), Error) << name;
    EXPECT_EQ(test::read_file(folder_ / "victim"), "precious") << name;
    fs::remove(run_ / name);
  }
}

TEST_F(RunFolderTest, ThatIsAFileIsRefused) {
  folder_.write("run", "");
  EXPECT_THROW(run(EarlierRun::kOverwrite), UsageError);
}

TEST_F(RunFolderTest, IsRefusedOnEveryRank) {
  make("metrics.jsonl", "{}\n");
  test::run_ranks(3,
                  [&](comm::Communicator& world) { EXPECT_THROW(RunFolder(run_.string(), EarlierRun::kRefuse, "", world), UsageError); });
}

}  // namespace
}  // namespace galen::launch
