#include "trainer/logs/metrics_log.h"

#include "galen/error.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <cmath>

#include <csignal>
#include <filesystem>
#include <limits>

namespace galen::trainer {
namespace {

class MetricsLogTest : public testing::Test {
 protected:
  std::string text() const { return test::read_file(file_); }

  test::TemporaryFolder folder_;
  std::string file_ = folder_ / "metrics.jsonl";
};

TEST_F(MetricsLogTest, IsOneObjectALineInTheOrderGiven) {
  MetricsLog log(file_, 0);
  log.write(120, 3, "train", {{"loss", 0.31}, {"accuracy", 1}});
  log.write(120, 3, "validation", {{"auc", 0.1 + 0.2}});
  EXPECT_EQ(text(),
            "{\"step\":120,\"epoch\":3,\"kind\":\"train\",\"loss\":0.31,\"accuracy\":1.0}\n"
            "{\"step\":120,\"epoch\":3,\"kind\":\"validation\",\"auc\":0.30000000000000004}\n")
      << "and is written while the log is still open";
}

TEST_F(MetricsLogTest, WritesNonfiniteNumbersAsNull) {
  MetricsLog(file_, 0).write(1, 0, "train", {{"loss", std::nan("")}, {"norm", std::numeric_limits<double>::infinity()}});
  EXPECT_EQ(text(), "{\"step\":1,\"epoch\":0,\"kind\":\"train\",\"loss\":null,\"norm\":null}\n");
}

TEST_F(MetricsLogTest, AResumedRunReadsLikeOneThatWasNotStopped) {
  const auto steps = [&](std::int64_t resumed, std::int64_t begin, std::int64_t end) {
    MetricsLog log(file_, resumed);
    for (std::int64_t step = begin; step <= end; ++step) log.write(step, step / 4, "train", {{"loss", 1.0 / static_cast<double>(step)}});
  };
  steps(0, 1, 10);
  const std::string unbroken = text();
  steps(0, 1, 8);
  steps(5, 6, 10);
  EXPECT_EQ(text(), unbroken);
  EXPECT_EQ(test::count_temporaries(folder_.path()), 0U);
}

// A checkpoint of an epoch's last step may be written before that epoch's mean loss and validation are.
TEST_F(MetricsLogTest, LinesAboutAnEpochThatIsStillToBeClosedAreDropped) {
  const std::string step = "{\"step\":8,\"epoch\":1,\"kind\":\"train\"}\n";
  const std::string epoch = "{\"step\":8,\"epoch\":2,\"kind\":\"epoch\"}\n{\"step\":8,\"epoch\":2,\"kind\":\"validation\"}\n";
  const auto kept = [&](const TrainingState& state) {
    folder_.write("metrics.jsonl", step + epoch);
    MetricsLog(file_, Resumption(state));
    return text();
  };
  EXPECT_EQ(kept({.epoch = 1, .step = 8, .samples_consumed = 64}), step);
  EXPECT_EQ(kept({.epoch = 2, .step = 8, .samples_consumed = 0}), step + epoch);
}

TEST_F(MetricsLogTest, AValidationThatWillBeRepeatedIsDropped) {
  const auto line = [](int of_step, const char* kind) {
    return "{\"step\":" + std::to_string(of_step) + ",\"epoch\":2,\"kind\":\"" + kind + "\"}\n";
  };
  folder_.write("metrics.jsonl", line(4, "validation") + line(8, "train") + line(8, "epoch") + line(8, "validation") + line(9, "train"));
  MetricsLog(file_, Resumption(TrainingState{.epoch = 2, .step = 9, .samples_consumed = 8, .pending_evaluation = 8}));
  EXPECT_EQ(text(), line(4, "validation") + line(8, "train") + line(8, "epoch") + line(9, "train"));
}

TEST_F(MetricsLogTest, ARunKilledAtAnyByteReadsLikeOneThatWasNotOnceItIsResumed) {
  const auto write = [&](const Resumption& resumption, std::int64_t begin) {
    MetricsLog log(file_, resumption);
    for (std::int64_t step = begin; step <= 6; ++step) log.write(step, 0, "train", {{"loss", 1.0 / static_cast<double>(step)}});
    log.sync();
  };
  write(0, 1);
  const std::string unbroken = text();
  std::size_t checkpoint = 0;  // where the line of step 3 ends
  for (int lines = 0; lines < 3; ++lines) checkpoint = unbroken.find('\n', checkpoint) + 1;
  for (std::size_t bytes = checkpoint; bytes <= unbroken.size(); ++bytes) {
    folder_.write("metrics.jsonl", unbroken.substr(0, bytes));
    write(3, 4);
    ASSERT_EQ(text(), unbroken) << bytes;
  }
  EXPECT_EQ(test::count_temporaries(folder_.path()), 0U);
}

TEST_F(MetricsLogTest, ALineThatWasCutOffIsDropped) {
  folder_.write("metrics.jsonl", "{\"step\":1,\"loss\":2}\n{\"step\":2,\"lo");
  MetricsLog(file_, 4).write(5, 0, "train", {});
  EXPECT_EQ(text(), "{\"step\":1,\"loss\":2}\n{\"step\":5,\"epoch\":0,\"kind\":\"train\"}\n");
}

TEST_F(MetricsLogTest, ARunThatResumesWithoutAFileBeginsOne) {
  MetricsLog(file_, 4).write(5, 0, "train", {});
  EXPECT_EQ(text(), "{\"step\":5,\"epoch\":0,\"kind\":\"train\"}\n");
}

TEST_F(MetricsLogTest, AMissingFolderIsNamed) {
  const std::string absent = folder_ / "absent/metrics.jsonl";
  EXPECT_THAT([&] { MetricsLog(absent, 0); }, testing::ThrowsMessage<Error>(testing::HasSubstr(absent)));
  EXPECT_THAT([&] { MetricsLog(absent, 7); }, testing::ThrowsMessage<Error>(testing::HasSubstr(absent)));
}

TEST_F(MetricsLogTest, AFullDiskIsAnError) {
  std::signal(SIGXFSZ, SIG_IGN);
  MetricsLog log(file_, 0);
  rlimit before = {};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit full = {0, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &full);
  EXPECT_THROW(log.write(1, 0, "train", {{"loss", 1}}), Error);
  setrlimit(RLIMIT_FSIZE, &before);
}

}  // namespace
}  // namespace galen::trainer
