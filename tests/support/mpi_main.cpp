// The main of tests that run under mpirun: each rank runs every test; rank 0 reports, the others only their failures.

#include "comm/mpi_communicator.h"
#include "tests/support/hang_watchdog.h"
#include "tests/support/skipping.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using namespace std::chrono_literals;
using galen::test::HangWatchdog;

/// Synchronises the ranks test by test, and reports the current test to the watchdog.
class Steps : public testing::EmptyTestEventListener {
 public:
  explicit Steps(HangWatchdog& watchdog) : watchdog_(watchdog) {}

  void OnTestStart(const testing::TestInfo& test) override { watchdog_.begin(std::string(test.test_suite_name()) + "." + test.name()); }

  void OnTestEnd(const testing::TestInfo& test) override {
    // If a rank leaves a test by a failure, the others wait for it in a collective: the watchdog limits that time.
    if (test.result()->Failed()) watchdog_.hurry(10s);
    MPI_Barrier(MPI_COMM_WORLD);
  }

 private:
  HangWatchdog& watchdog_;
};

class FailuresOnly : public testing::EmptyTestEventListener {
 public:
  explicit FailuresOnly(std::string who) : who_(std::move(who)) {}

  void OnTestPartResult(const testing::TestPartResult& part) override {
    if (!part.failed()) return;
    std::printf("%s: %s:%d: %s\n", who_.c_str(), part.file_name() != nullptr ? part.file_name() : "", part.line_number(), part.message());
    std::fflush(stdout);
  }

 private:
  const std::string who_;
};

}  // namespace

int main(int argc, char** argv) {
  const galen::comm::MpiSession session(argc, argv);
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  const std::string who = "rank " + std::to_string(rank);

  // CTest's own time-out is a little later, and could not name the rank and the test.
  const char* patience = std::getenv("GALEN_TEST_PATIENCE");
  HangWatchdog watchdog(who, std::chrono::seconds(patience != nullptr ? std::atoi(patience) : 120));

  testing::InitGoogleTest(&argc, argv);
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  if (rank != 0) {
    delete listeners.Release(listeners.default_result_printer());
    delete listeners.Release(listeners.default_xml_generator());
    listeners.Append(new FailuresOnly(who));
  }
  listeners.Append(new Steps(watchdog));

  const int code = galen::test::run_all_tests();
  int endings[] = {code != 0 && code != galen::test::kSkipped, code == galen::test::kSkipped};  // some rank failed; some rank skipped
  watchdog.begin("the end");
  MPI_Allreduce(MPI_IN_PLACE, endings, 2, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  if (endings[0] != 0) return 1;
  return endings[1] != 0 ? galen::test::kSkipped : 0;
}
