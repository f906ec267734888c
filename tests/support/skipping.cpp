#include "tests/support/skipping.h"

#include <gtest/gtest.h>

namespace galen::test {

int run_all_tests() {
  const int failed = RUN_ALL_TESTS();
  if (failed != 0) return failed;
  return testing::UnitTest::GetInstance()->skipped_test_count() > 0 ? kSkipped : 0;
}

}  // namespace galen::test
