#include "trainer/logs/tensorboard.h"

#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "trainer/logs/crc32c.h"
#include "trainer/logs/event_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <ctime>
#include <filesystem>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace galen::trainer {
namespace {

// As TensorBoard's own reader sees the folder; it checks the checksums.
nlohmann::json read_events(const std::filesystem::path& folder) {
  const auto script = test::source_folder() / "tests/trainer/logs/read_events.py";
  const test::ProgramResult result = test::run_python({script, folder});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return nlohmann::json::parse(result.output);
}

TEST(TensorBoard, ReadsTheScalarsThatWereWritten) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  TensorBoardWriter writer(folder.path(), 0);
  const std::int64_t far = std::int64_t{1} << 40;
  writer.scalar("train/loss", 0.5, 1);
  writer.scalar("train/loss", 0.25, 300);
  writer.scalar("train/loss", -1e-3, far);
  writer.scalar("validation/auc", std::numeric_limits<double>::quiet_NaN(), 0);
  writer.flush();

  const nlohmann::json events = read_events(folder.path());
  ASSERT_EQ(events.size(), 2);
  const auto& loss = events.at("train/loss");
  ASSERT_EQ(loss.size(), 3);
  EXPECT_EQ(loss[0][0], 1);
  EXPECT_EQ(loss[0][1], "0.5");
  EXPECT_EQ(loss[1][0], 300);
  EXPECT_EQ(loss[1][1], "0.25");
  EXPECT_EQ(loss[2][0], far);
  EXPECT_FLOAT_EQ(std::stof(loss[2][1].get<std::string>()), -1e-3F);
  EXPECT_NEAR(loss[0][2].get<double>(), static_cast<double>(std::time(nullptr)), 60);
  EXPECT_EQ(events.at("validation/auc")[0][1], "nan");
}

std::vector<std::int64_t> steps_of(const nlohmann::json& scalars) {
  std::vector<std::int64_t> steps;
  for (const auto& scalar : scalars) steps.push_back(scalar[0].get<std::int64_t>());
  return steps;
}

void write_steps(const std::filesystem::path& folder, const Resumption& resumption, std::int64_t begin, std::int64_t end) {
  TensorBoardWriter writer(folder, resumption);
  for (std::int64_t step = begin; step <= end; ++step) writer.scalar("train/loss", 1.0 / static_cast<double>(step), step);
  writer.sync();
}

int count_files(const std::filesystem::path& folder) {
  return static_cast<int>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(TensorBoard, AResumedRunShowsOneLine) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  write_steps(folder.path(), 0, 1, 10);
  write_steps(folder.path(), 8, 9, 14);
  write_steps(folder.path(), 5, 6, 16);
  EXPECT_EQ(count_files(folder.path()), 2) << "a file without records is removed";
  EXPECT_THAT(steps_of(read_events(folder.path()).at("train/loss")),
              testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16));
}

TEST(TensorBoard, ANewRunDropsEarlierEvents) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  write_steps(folder.path(), 0, 1, 10);
  write_steps(folder.path(), 0, 1, 3);
  EXPECT_THAT(steps_of(read_events(folder.path()).at("train/loss")), testing::ElementsAre(1, 2, 3));
}

TEST(TensorBoard, EventsThatWillBeWrittenAgainAreDropped) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  {
    TensorBoardWriter writer(folder.path(), 0);
    for (std::int64_t step : {4, 8}) {
      for (const char* tag : {"train/loss", "epoch/loss", "validation/auc"}) writer.scalar(tag, 1, step);
    }
  }
  TensorBoardWriter(folder.path(), Resumption(TrainingState{.epoch = 2, .step = 9, .samples_consumed = 8, .pending_evaluation = 8}));
  EXPECT_THAT(steps_of(read_events(folder.path()).at("validation/auc")), testing::ElementsAre(4));
  EXPECT_THAT(steps_of(read_events(folder.path()).at("epoch/loss")), testing::ElementsAre(4, 8));
  TensorBoardWriter(folder.path(), Resumption(TrainingState{.epoch = 1, .step = 8, .samples_consumed = 64}));
  EXPECT_THAT(steps_of(read_events(folder.path()).at("epoch/loss")), testing::ElementsAre(4));
  EXPECT_THAT(steps_of(read_events(folder.path()).at("train/loss")), testing::ElementsAre(4, 8));
}

// Galen's parser, which the rewriting uses, at each byte; TensorBoard's reader at some of them, as it takes a second to start.
TEST(TensorBoard, ARunKilledAtAnyByteShowsOneLineOnceItIsResumed) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder whole;
  write_steps(whole.path(), 0, 1, 6);
  const std::filesystem::path file = std::filesystem::directory_iterator(whole.path())->path();
  const std::string unbroken = test::read_file(file);
  std::string_view rest = unbroken;
  for (int records = 0; records < 4; ++records) ASSERT_TRUE(take_record(rest));  // the version, and steps 1 to 3
  for (std::size_t bytes = unbroken.size() - rest.size(); bytes <= unbroken.size(); ++bytes) {
    const test::TemporaryFolder folder;
    folder.write(file.filename(), unbroken.substr(0, bytes));
    write_steps(folder.path(), 3, 4, 6);
    std::vector<std::int64_t> steps;
    std::set<std::string> files;  // in their order
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) files.insert(entry.path());
    for (const std::string& name : files) {
      const std::string text = test::read_file(name);
      std::string_view records = text;
      while (const auto payload = take_record(records)) {
        const ScalarEvent event = parse_event(*payload);
        if (!event.tag.empty()) steps.push_back(event.step);
      }
      EXPECT_EQ(records, "") << name;
    }
    ASSERT_THAT(steps, testing::ElementsAre(1, 2, 3, 4, 5, 6)) << bytes;
    if (bytes % 61 == 0) {
      ASSERT_THAT(steps_of(read_events(folder.path()).at("train/loss")), testing::ElementsAre(1, 2, 3, 4, 5, 6)) << bytes;
    }
  }
}

TEST(TensorBoard, FilesOfOtherProgramsAreLeftAlone) {
  const test::TemporaryFolder folder;
  folder.write("events.out.tfevents.1700000000.another.0", "theirs");
  write_steps(folder.path(), 0, 1, 2);
  EXPECT_EQ(test::read_file(folder / "events.out.tfevents.1700000000.another.0"), "theirs");
}

TEST(TensorBoard, AMissingFolderIsAnError) { EXPECT_THROW(TensorBoardWriter("/nowhere/at/all", 0), Error); }

TEST(Crc32c, IsThatOfTheStandard) {
  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aa);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283);
}

}  // namespace
}  // namespace galen::trainer
