// What skipped_tests_test.sh runs: programs that skip, chosen by --gtest_filter.

#include <gtest/gtest.h>

namespace {

TEST(Skipping, Nothing) {}
TEST(Skipping, ForWantOfAGpu) { GTEST_SKIP() << "needs a GPU: none"; }
TEST(Skipping, ForWantOfAProgram) { GTEST_SKIP() << "needs strace"; }
TEST(Skipping, ForWantOfData) { GTEST_SKIP() << "needs idx/ in GALEN_REAL_DATA"; }
TEST(Skipping, Failure) { FAIL() << "failed"; }

}  // namespace
