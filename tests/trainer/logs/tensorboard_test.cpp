#include "trainer/logs/tensorboard.h"

#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "trainer/logs/crc32c.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <ctime>
#include <filesystem>
#include <limits>
#include <string>

namespace galen::trainer {
namespace {

// As TensorBoard's own reader sees the folder; it checks the checksums.
nlohmann::json read_events(const std::filesystem::path& folder) {
  const auto script = test::source_folder() / "tests/trainer/logs/read_events.py";
  const test::ProgramResult result = test::run_program({*test::python(), script, folder});
  EXPECT_EQ(result.exit_code, 0) << result.errors;
  return nlohmann::json::parse(result.output);
}

TEST(TensorBoard, ReadsTheScalarsThatWereWritten) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  TensorBoardWriter writer(folder.path());
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

TEST(TensorBoard, AResumedRunAddsAFile) {
  if (!test::python()) GTEST_SKIP() << "needs Python's tensorboard (launch/setup.sh --tests)";
  const test::TemporaryFolder folder;
  for (std::int64_t step : {1, 2}) {
    TensorBoardWriter writer(folder.path());
    writer.scalar("loss", 1, step);
    writer.flush();
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 2);
  EXPECT_EQ(read_events(folder.path()).at("loss").size(), 2);
}

TEST(TensorBoard, AFolderThatIsNotThereIsAnError) { EXPECT_THROW(TensorBoardWriter("/nowhere/at/all"), Error); }

TEST(Crc32c, IsThatOfTheStandard) {
  // RFC 3720, appendix B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aa);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283);
}

}  // namespace
}  // namespace galen::trainer
