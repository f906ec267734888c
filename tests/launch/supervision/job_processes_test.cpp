// Finding and removing a job's processes on this machine.

#include "launch/supervision/job_processes.h"

#include "tests/support/run_program.h"

#include <gmock/gmock.h>

namespace galen::launch {
namespace {

using test::Program;
using test::ProgramOptions;
using testing::IsEmpty;
using testing::SizeIs;

TEST(JobProcesses, AreFoundByTheirMarkAndEnded) {
  const std::string job = make_job_id();
  Program marked({"sleep", "100"}, ProgramOptions{.environment = {"GALEN_JOB=" + job}});
  const Program of_another_job({"sleep", "100"}, ProgramOptions{.environment = {"GALEN_JOB=" + job + "0"}});
  ASSERT_THAT(processes_of(job), SizeIs(1));
  kill_processes_of(job, std::chrono::seconds(10));
  EXPECT_THAT(processes_of(job), IsEmpty());
  EXPECT_EQ(marked.finish().exit_code, 128 + 9);
  EXPECT_THAT(processes_of(job + "0"), SizeIs(1));
}

}  // namespace
}  // namespace galen::launch
