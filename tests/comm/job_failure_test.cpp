#include "tests/support/job_memory.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"

#include <gmock/gmock.h>

#include <unistd.h>

#include <array>
#include <sstream>
#include <utility>

namespace galen::test {
namespace {

/// Runs failing_job on four ranks.
ProgramResult fail(const std::string& what, const std::vector<std::string>& ranks, const ProgramOptions& options = {}) {
  std::vector<std::string> command{source_folder() / "launch/mpirun.sh", "-np", "4", GALEN_FAILING_JOB, what};
  command.insert(command.end(), ranks.begin(), ranks.end());
  return run_program(command, options);
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
    const ProgramResult result = fail("throw-1", {rank});
    EXPECT_FALSE(result.timed_out);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(galens_lines(result.errors),
                testing::ElementsAre("galen: rank " + std::string(rank) + ": /data/chest.h5: no dataset /samples/label. Import it again."));
    EXPECT_EQ(result.output, "");
  }
}

TEST(JobFailure, OfSeveralRanksIsToldByTheLowest) {
  EXPECT_THAT(galens_lines(fail("throw-1", {"0", "1", "2", "3"}).errors), testing::ElementsAre(testing::StartsWith("galen: rank 0:")));
  EXPECT_THAT(galens_lines(fail("throw-1", {"3", "1", "2"}).errors), testing::ElementsAre(testing::StartsWith("galen: rank 1:")));
}

TEST(JobFailure, EndsWithTheExitCodeThatWasAskedFor) { EXPECT_EQ(fail("throw-2", {"1"}).exit_code, 2); }

TEST(JobFailure, OfARankThatDoesNotComeIsToldWithTheOperationAndItsHost) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const std::pair<const char*, const char*> operations[] = {
      {"barrier", "barrier"}, {"all_reduce", "all_reduce"}, {"all_to_all", "all_to_all"}, {"node", "exchange of gradients"}};
  for (const auto& [what, operation] : operations) {
    const ProgramResult result = fail(what, {"2"});
    EXPECT_FALSE(result.timed_out) << what;
    EXPECT_EQ(result.exit_code, 1) << what;
    const std::vector<std::string> lines = galens_lines(result.errors);
    ASSERT_EQ(lines.size(), 1u) << result.errors;
    EXPECT_THAT(lines.front(), testing::AllOf(testing::HasSubstr(std::string(operation) + ": waited"),
                                              testing::HasSubstr("rank 2 (" + std::string(host.data()) + ") has not arrived")));
  }
  EXPECT_THAT(galens_lines(fail("node", {"1", "3"}).errors).front(), testing::ContainsRegex("rank 1 .*, rank 3 .* have not arrived"));
}

// Messages may be under way when the wait for them is given up: MPI would write into memory that is another's by then.
TEST(JobFailure, KeepsTheMemoryThatMpiStillWritesTo) {
  const std::vector<std::string> lines = galens_lines(fail("in_flight", {"2"}).errors);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines.front(), testing::HasSubstr("The tensor has 2 owners."));
}

TEST(JobFailure, OfAKilledRankLeavesNothingBehind) {
  const JobMemory memory;
  const ProgramResult result = fail("kill", {"1"}, {.environment = memory.environment()});
  EXPECT_FALSE(result.timed_out);
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(memory.left_behind(), testing::IsEmpty());
}

}  // namespace
}  // namespace galen::test
