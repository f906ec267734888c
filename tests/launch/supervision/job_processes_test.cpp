// What the supervisor finds of a job's processes on this machine, and removes.

#include "launch/supervision/job_processes.h"
#include "galen/host.h"
#include "launch/open_mpi/open_mpi.h"
#include "tests/support/run_program.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

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

// A file that opens, though reading it fails, as that of a process that ends in between.
TEST(JobProcesses, WhatTheyLeaveIsRemovedWhereItCannotBeRead) {
  const test::TemporaryFolder temporary;
  setenv("TMPDIR", temporary.path().c_str(), 1);
  const std::string host = host_name();
  const auto session = temporary / fmt::format("ompi.{}.{}", host.substr(0, host.find('.')), geteuid()) / "pid.7";
  std::filesystem::create_directories(session / "contact.txt");
  open_mpi::remove_remains_of(7);
  EXPECT_FALSE(std::filesystem::exists(session));
}

}  // namespace
}  // namespace galen::launch
