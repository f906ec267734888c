#include "data/synthetic/synthetic.h"
#include "tests/support/job_memory.h"
#include "tests/support/places.h"
#include "tests/support/run_program.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>

namespace galen::test {
namespace {

// Processes whose command line names `file`.
int processes_with(const std::string& file) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    std::ifstream stream(entry.path() / "cmdline");
    const std::string line{std::istreambuf_iterator<char>(stream), {}};
    if (line.find(file) != std::string::npos) ++count;
  }
  return count;
}

class TrainingFailure : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

// For every place and kind of failure of a rank: the others end, one message reports it, and nothing is left.
TEST_P(TrainingFailure, EndsTheWholeJobWithOneMessage) {
  const std::string what = std::get<0>(GetParam()), phase = std::get<1>(GetParam());
  const TemporaryFolder folder;
  const std::string file = folder / "lesions.h5";
  data::write_synthetic({.file = file, .samples = 200});
  const JobMemory memory;
  const ProgramResult result =
      run_program({source_folder() / "launch/mpirun.sh", "-np", "3", GALEN_FAILING_TRAINING, file, what, phase, "1"},
                  {.environment = memory.environment()});
  EXPECT_FALSE(result.timed_out);
  EXPECT_NE(result.exit_code, 0);
  if (what == "throw") {
    EXPECT_THAT(result.errors, testing::HasSubstr("galen: rank 1: the GPU is on fire. Put it out."));
  } else if (what == "kill") {
    EXPECT_THAT(result.errors, testing::HasSubstr("signal 9"));
  } else {
    const std::string operation = phase == "set-up" ? "" : "step 5: exchange of gradients: ";
    EXPECT_THAT(result.errors, testing::ContainsRegex(operation + "waited [0-9]+\\.[0-9] s, but rank 1 .* has not arrived"));
  }
  EXPECT_THAT(memory.left_behind(), testing::IsEmpty());
  EXPECT_EQ(processes_with(file), 0);
}

// If worker 0 fails, worker 0 reports why, not the coordinator.
TEST(FailureOfWorkerZero, IsReportedByItself) {
  const TemporaryFolder folder;
  const std::string file = folder / "lesions.h5";
  data::write_synthetic({.file = file, .samples = 200});
  const std::string run = folder / "run";
  const ProgramResult result =
      run_program({source_folder() / "launch/mpirun.sh", "-np", "2", GALEN_FAILING_TRAINING, file, "throw", "forward", "0", run});
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.errors, testing::HasSubstr("galen: rank 0: the GPU is on fire. Put it out."));
  EXPECT_THAT(result.errors, testing::Not(testing::HasSubstr("rank 1:")));
  std::ifstream events(run + "/events.jsonl");
  const std::string text{std::istreambuf_iterator<char>(events), {}};
  EXPECT_THAT(text, testing::HasSubstr("the GPU is on fire"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("\"rank\":\"1\"")));
}

INSTANTIATE_TEST_SUITE_P(All, TrainingFailure,
                         testing::Combine(testing::Values("throw", "kill", "stall"), testing::Values("set-up", "forward", "backward")),
                         [](const auto& test) {
                           std::string name = std::string(std::get<0>(test.param)) + "_" + std::get<1>(test.param);
                           name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
                           return name;
                         });

}  // namespace
}  // namespace galen::test
