#include "trainer/learner/agreement.h"

#include "galen/error.h"
#include "tests/support/thread_communicator.h"

#include <gmock/gmock.h>

namespace galen::trainer {
namespace {

TEST(Agreement, LetsEqualRanksPass) {
  test::run_ranks(3, [](comm::Communicator& world) { check_agreement({{"trainer.batch", "32"}, {"version", "1"}}, world); });
}

TEST(Agreement, NamesWhatDiffersAndWhere) {
  test::run_ranks(3, [](comm::Communicator& world) {
    const std::string batch = world.rank() == 2 ? "64" : "32";
    const auto check = [&] { check_agreement({{"version", "1"}, {"trainer.batch", batch}, {"seed", "0"}}, world); };
    EXPECT_THAT(check, testing::ThrowsMessage<UsageError>(testing::StartsWith(
                           "the ranks of this job differ: rank 0 has trainer.batch = 32, rank 2 has trainer.batch = 64.")));
  });
}

TEST(Agreement, NoticesAListThatIsLonger) {
  test::run_ranks(2, [](comm::Communicator& world) {
    std::vector<Fact> facts = {{"version", "1"}};
    if (world.rank() == 1) facts.push_back({"layer", "conv1"});
    EXPECT_THROW(check_agreement(facts, world), UsageError);
  });
}

}  // namespace
}  // namespace galen::trainer
