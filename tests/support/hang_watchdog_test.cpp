#include "tests/support/hang_watchdog.h"

#include <gtest/gtest.h>

namespace galen::test {
namespace {

using namespace std::chrono_literals;

void hang() {
  HangWatchdog watchdog("rank 3", 1h);
  watchdog.begin("Loader.ReadsAhead");
  watchdog.hurry(0s);
  std::this_thread::sleep_for(1h);
}

TEST(HangWatchdogDeathTest, EndsAHangingProcessAndNamesTheTask) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(hang(), testing::ExitedWithCode(1), "rank 3 hangs in Loader.ReadsAhead");
}

TEST(HangWatchdog, DoesNothingToAFinishedProcess) { const HangWatchdog watchdog("rank 0", 1h); }

}  // namespace
}  // namespace galen::test
