#include "tests/support/places.h"
#include "tests/support/run_program.h"

#include <gmock/gmock.h>

#include <sstream>

namespace galen::test {
namespace {

/// Runs failing_job on four ranks.
ProgramResult fail(const std::string& exit_code, const std::vector<std::string>& ranks) {
  std::vector<std::string> command{source_folder() / "launch/mpirun.sh", "-np", "4", GALEN_FAILING_JOB, exit_code};
  command.insert(command.end(), ranks.begin(), ranks.end());
  return run_program(command);
}

std::vector<std::string> galens_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (line.find("galen:") != std::string::npos) lines.push_back(line);
  }
  return lines;
}

TEST(JobFailure, OfOneRankEndsAllWithOneMessageThatNamesIt) {
  for (const char* rank : {"0", "2", "3"}) {
    const ProgramResult result = fail("1", {rank});
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(galens_lines(result.errors),
                testing::ElementsAre("galen: rank " + std::string(rank) + ": /data/chest.h5: no dataset /samples/label. Import it again."));
    EXPECT_EQ(result.output, "");
  }
}

TEST(JobFailure, OfSeveralRanksIsToldByTheLowest) {
  EXPECT_THAT(galens_lines(fail("1", {"0", "1", "2", "3"}).errors), testing::ElementsAre(testing::StartsWith("galen: rank 0:")));
  EXPECT_THAT(galens_lines(fail("1", {"3", "1", "2"}).errors), testing::ElementsAre(testing::StartsWith("galen: rank 1:")));
}

TEST(JobFailure, EndsWithTheExitCodeThatWasAskedFor) { EXPECT_EQ(fail("2", {"1"}).exit_code, 2); }

}  // namespace
}  // namespace galen::test
