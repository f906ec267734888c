#include "launch/node/doctor.h"

#include "tests/launch/galen_program.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <thread>

namespace galen::launch {
namespace {

using testing::HasSubstr;

std::string value_of(const std::vector<Finding>& findings, const std::string& what) {
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& finding) { return finding.what == what; });
  return found == findings.end() ? "(no such line)" : found->value;
}

TEST(Doctor, ShowsTheMachinesResources) {
  const std::vector<Finding> findings = examine_machine();
  EXPECT_THAT(value_of(findings, "HDF5"), testing::ContainsRegex("^[0-9]+\\.[0-9]+\\.[0-9]+$"));
  EXPECT_THAT(value_of(findings, "LibTorch"), testing::ContainsRegex("^[0-9]+\\.[0-9]+"));
  EXPECT_THAT(value_of(findings, "MPI"), testing::Not(testing::IsEmpty()));
  EXPECT_THAT(value_of(findings, "cores"), testing::StartsWith(std::to_string(std::thread::hardware_concurrency())));
  EXPECT_THAT(value_of(findings, "memory"), HasSubstr("GiB"));
  EXPECT_THAT(value_of(findings, "shared memory"), HasSubstr("/dev/shm"));
  EXPECT_THAT(value_of(findings, "dead jobs"), HasSubstr("/dev/shm"));
  EXPECT_THAT(value_of(findings, "TMPDIR"), HasSubstr("are free"));
  EXPECT_NE(value_of(findings, "/proc"), "is not mounted");
  EXPECT_THAT(value_of(findings, "arithmetic"), HasSubstr("LibTorch"));
}

TEST(Doctor, ReportsOnGpusWithOrWithoutOne) {
  const std::vector<Finding> findings = examine_gpus();
  for (const char* what : {"CUDA driver", "galen_cuda", "NCCL"}) EXPECT_NE(value_of(findings, what), "(no such line)") << what;
}

TEST(Doctor, NamesTheGpusThatTheDriverShows) {
  const auto result = test::run_program(test::galen_command({"doctor"}),
                                        {.environment = {std::string("LD_LIBRARY_PATH=") + GALEN_FAKE_DRIVER_FOLDER}, .folder = {}});
  EXPECT_THAT(result.output, HasSubstr("for CUDA up to 13.0"));
  EXPECT_THAT(result.output, HasSubstr("1: Pretended GPU (24.0 GiB)"));
}

TEST(Doctor, GivesAdviceWithWhatIsWrong) {
  for (const auto& findings : {examine_machine(), examine_gpus()}) {
    for (const Finding& finding : findings) EXPECT_EQ(finding.kind == Finding::Kind::kFine, finding.advice.empty()) << finding.what;
  }
  EXPECT_EQ(to_text({{"memory", "0.1 GiB", Finding::Kind::kWrong, "Buy more."}}),
            "WRONG  memory         0.1 GiB\n                      Buy more.\n");
}

}  // namespace
}  // namespace galen::launch
