#include "tests/support/skipping.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace galen::test {

int run_all_tests() {
  const int failed = RUN_ALL_TESTS();
  if (failed != 0) return failed;
  const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
  if (tests.test_to_run_count() == 0) {
    std::fputs("no test passes the filter\n", stderr);
    return 1;
  }
  return tests.skipped_test_count() > 0 ? kSkipped : 0;
}

}  // namespace galen::test
