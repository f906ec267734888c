#pragma once

namespace galen::test {

/// The exit code of a test program whose tests passed, but for some that were skipped: CTest then reports it as skipped, and
/// tests/support/skipped_tests.py says which and why. A regular expression for CTest would do the same to a program that failed.
constexpr int kSkipped = 77;

/// What a test program's main returns: RUN_ALL_TESTS()'s code, or kSkipped.
int run_all_tests();

}  // namespace galen::test
