#include "tests/support/mutations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <thread>

namespace galen::test {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Mutator, DoesTheSameDamageForTheSameSeed) {
  const std::string whole(200, 'a');
  std::set<std::string> mutants;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    mutants.insert(Mutator(seed)(whole));
    EXPECT_EQ(Mutator(seed)(whole), Mutator(seed)(whole));
  }
  EXPECT_GT(mutants.size(), 150);
  for (std::uint64_t other = 0; other < 50; ++other) EXPECT_NO_THROW(Mutator{other}(std::string()));
}

TEST(RunInChildren, ReportsEveryTaskThatDoesNotReturn) {
  const auto task = [](int i) {
    if (i == 2) std::raise(SIGKILL);
    if (i == 3) throw std::runtime_error("a sad end");
    if (i == 5) std::_Exit(7);
    if (i == 6) std::this_thread::sleep_for(std::chrono::hours(1));
  };
  EXPECT_THAT(run_in_children(9, task, {.patience = std::chrono::seconds(1)}),
              ElementsAre(AllOf(Field(&Death::task, 2), Field(&Death::cause, HasSubstr("signal 9"))),
                          AllOf(Field(&Death::task, 3), Field(&Death::cause, HasSubstr("a sad end"))),
                          AllOf(Field(&Death::task, 5), Field(&Death::cause, HasSubstr("exit code 7"))),
                          AllOf(Field(&Death::task, 6), Field(&Death::cause, HasSubstr("hangs")))));
}

TEST(RunInChildren, LeavesNothingInTheTest) {
  int touched = 0;
  EXPECT_THAT(run_in_children(5, [&](int) { ++touched; }), IsEmpty());
  EXPECT_EQ(touched, 0);
}

}  // namespace
}  // namespace galen::test
