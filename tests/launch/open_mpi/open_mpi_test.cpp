// Galen's assumptions about Open MPI, with variables, files and messages of version 4.1.4. node_test and restart_policy_test have more.

#include "launch/open_mpi/open_mpi.h"

#include "galen/host.h"
#include "tests/support/temporary_folder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace galen::launch::open_mpi {
namespace {

namespace fs = std::filesystem;

std::string short_host() {
  const std::string host = host_name();
  return host.substr(0, host.find('.'));
}

/// A folder for mpirun's sessions, as an mpirun of process 7 leaves it.
class Remains : public testing::Test {
 protected:
  Remains() { setenv("TMPDIR", temporary_.path().c_str(), 1); }
  ~Remains() override { unsetenv("TMPDIR"); }

  test::TemporaryFolder temporary_;
  fs::path session_ = temporary_ / fmt::format("ompi.{}.{}", short_host(), geteuid()) / "pid.7";
};

// A file that can be opened but not read, like that of a process that ends in between.
TEST_F(Remains, AreRemovedWhereTheJobsNumberCannotBeRead) {
  fs::create_directories(session_ / "contact.txt");
  remove_remains_of(7);
  EXPECT_FALSE(fs::exists(session_));
}

// 467271680 is 1bda0000 in hexadecimal; the job of the ranks has the next number.
TEST_F(Remains, IncludeTheMemoryOfTheJobAndOfNoOther) {
  fs::create_directories(session_);
  std::ofstream(session_ / "contact.txt") << "467271680.0;tcp://10.0.0.1:40001\n7\n";
  const auto segment = [](const char* job) {
    return fs::path("/dev/shm") / fmt::format("vader_segment.{}.{}.{}.0", short_host(), geteuid(), job);
  };
  for (const char* job : {"1bda0001", "1bda0002"}) std::ofstream(segment(job)) << "x";
  remove_remains_of(7);
  EXPECT_FALSE(fs::exists(session_));
  EXPECT_FALSE(fs::exists(segment("1bda0001")));
  EXPECT_TRUE(fs::remove(segment("1bda0002")));
}

TEST(OpenMpi, EndsOfJobsAreReadFromMpirunsOutput) {
  const auto lost =
      end_in("ORTE has lost communication with a remote daemon. HNP daemon : [[1,0],0] on node n1 Remote daemon: [[1,0],1] on node n2");
  ASSERT_TRUE(lost);
  EXPECT_EQ(lost->host, "n2");
  EXPECT_EQ(lost->text, "the connection to n2 was lost.");
  EXPECT_FALSE(end_in("epoch 3: loss 0.2"));
  EXPECT_EQ(end_of(1).text, "the job ended with exit code 1.");
}

TEST(OpenMpi, ClaimsNeedTheSessionsFolderAndTheJob) {
  EXPECT_EQ(claim_of_process_id({{"PMIX_NAMESPACE", "1"}}), "");
  EXPECT_EQ(claim_of_process_id({{"PMIX_NAMESPACE", "1"}, {"PMIX_SERVER_TMPDIR", "s"}}), fmt::format("s/galen-1-{}", getpid()));
}

}  // namespace
}  // namespace galen::launch::open_mpi
