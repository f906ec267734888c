// The main of tests that run as one process.

#include "tests/support/skipping.h"

#include <gtest/gtest.h>

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return galen::test::run_all_tests();
}
