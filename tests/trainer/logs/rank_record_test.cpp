// The record of a rank that ends in various ways. Each test's rank is a child process.

#include "trainer/logs/rank_record.h"

#include "tests/support/temporary_folder.h"
#include "trainer/logs/run_status.h"

#include <gmock/gmock.h>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <new>

namespace galen::trainer {
namespace {

using testing::HasSubstr;

class RankRecordTest : public testing::Test {
 protected:
  // Ends as `death` does; returns waitpid()'s status.
  int end(const std::function<void(RankRecord&)>& death) {
    const pid_t child = fork();
    if (child == 0) {
      for (int signal : {SIGSEGV, SIGBUS, SIGABRT}) std::signal(signal, SIG_DFL);  // no sanitizer's reports
      note_crashes();
      auto* record = new RankRecord(folder_.path(), 3);  // NOLINT: must survive the process
      record->write(R"({"rank":3,"host":"node7","state":"training","step":120})");
      death(*record);
      _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return status;
  }
  std::string text() const { return test::read_file(folder_ / "ranks/3.jsonl"); }
  std::string words() const { return text().substr(std::min(text().size(), RankRecord::kSignBytes)); }

  test::TemporaryFolder folder_;
};

TEST_F(RankRecordTest, KeepsTheLastHeartbeatOfAKilledRank) {
  const int status = end([](RankRecord&) { kill(getpid(), SIGKILL); });
  EXPECT_EQ(WTERMSIG(status), SIGKILL);
  EXPECT_THAT(text(), testing::StartsWith(R"({"rank":3,"host":"node7","state":"training","step":120} )"));
  EXPECT_EQ(text().size(), RankRecord::kSignBytes);
  EXPECT_EQ(text().back(), '\n');
}

TEST_F(RankRecordTest, RecordsACrashAndDoesNotPreventIt) {
  const int crashed = end([](RankRecord&) { *static_cast<volatile int*>(nullptr) = 1; });
  EXPECT_EQ(WTERMSIG(crashed), SIGSEGV);
  EXPECT_THAT(words(), HasSubstr("crashed: SIGSEGV"));
  const int aborted = end([](RankRecord&) { std::abort(); });
  EXPECT_EQ(WTERMSIG(aborted), SIGABRT);
  EXPECT_THAT(words(), HasSubstr("crashed: SIGABRT"));
}

TEST_F(RankRecordTest, KeepsTheMessageOfAnError) {
  end([](RankRecord& record) { record.last_message("the GPU is \"on fire\".\nPut it out."); });
  EXPECT_EQ(words(), "{\"words\":\"the GPU is \\\"on fire\\\".\\nPut it out.\"}\n");
}

TEST_F(RankRecordTest, TheMessageOfAnErrorIsNotReplacedByTheSignalThatEndsTheJob) {
  end([](RankRecord& record) {
    record.last_message("the disk is full");
    note_signal(SIGTERM);
  });
  EXPECT_THAT(words(), HasSubstr("the disk is full"));
  end([](RankRecord& record) {
    note_signal(SIGTERM);
    record.last_message("the disk is full");
  });
  EXPECT_THAT(words(), HasSubstr("the disk is full"));
  end([](RankRecord&) {
    note_signal(SIGTERM);
    std::abort();
  });
  EXPECT_THAT(words(), HasSubstr("SIGABRT"));
}

TEST_F(RankRecordTest, HeartbeatsOverwriteEachOther) {
  end([](RankRecord& record) {
    record.write(R"({"rank":3,"step":1000000})");
    record.write(R"({"rank":3,"step":7})");
    record.write(std::string(RankRecord::kSignBytes, 'x'));  // too long: skipped
  });
  EXPECT_THAT(text(), testing::StartsWith("{\"rank\":3,\"step\":7} "));
  EXPECT_EQ(text().size(), RankRecord::kSignBytes);
}

TEST_F(RankRecordTest, BeginsAsSoonAsTheFolderExists) {
  RankRecord record(folder_ / "later", 3);
  record.write("{}");
  record.last_message("nowhere");
  std::filesystem::create_directory(folder_ / "later");
  record.write("{}");
  EXPECT_TRUE(std::filesystem::exists(folder_ / "later/ranks/3.jsonl"));
}

}  // namespace
}  // namespace galen::trainer
