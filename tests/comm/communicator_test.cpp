#include "comm/single_communicator.h"
#include "tests/comm/communicator_claims.h"
#include "tests/support/thread_communicator.h"

#include <c10/util/Exception.h>
#include <gmock/gmock.h>

#include <stdexcept>

namespace galen::test {
namespace {

using comm::Communicator;

class CommunicatorClaim : public testing::TestWithParam<Claim> {};

TEST_P(CommunicatorClaim, HoldsAlone) { GetParam().check(*comm::make_single_communicator()); }

TEST_P(CommunicatorClaim, HoldsAmongThreads) {
  for (int size : {1, 2, 3, 4}) {
    SCOPED_TRACE(size);
    run_ranks(size, GetParam().check);
  }
}

INSTANTIATE_TEST_SUITE_P(All, CommunicatorClaim, testing::ValuesIn(communicator_claims()),
                         [](const auto& instance) { return instance.param.name; });

TEST(Threads, PretendNodesOfConsecutiveRanks) {
  run_ranks(
      5,
      [](Communicator& group) {
        EXPECT_EQ(group.node(), group.rank() / 2);
        EXPECT_EQ(group.node_rank(), group.rank() % 2);
        EXPECT_EQ(group.node_size(), group.rank() == 4 ? 1 : 2);
        const auto odd = group.split(group.rank() % 2);
        EXPECT_EQ(odd->node_size(), 1);
      },
      /*node_size=*/2);
}

TEST(Threads, RethrowTheFailureOfOneRankThatOthersWaitFor) {
  const auto work = [](Communicator& group) {
    const auto part = group.split(0);
    if (group.rank() == 2) throw std::runtime_error("broken scanner");
    part->barrier();
    FAIL() << "the barrier opened without rank 2";
  };
  EXPECT_THAT([&] { run_ranks(4, work); }, testing::ThrowsMessage<std::runtime_error>("broken scanner"));
}

TEST(Threads, RefuseARankThatReturnsWhileOthersWait) {
  const auto work = [](Communicator& group) {
    if (group.rank() != 1) group.barrier();
  };
  EXPECT_THROW(run_ranks(3, work), c10::Error);
}

TEST(Threads, RefuseRanksThatCallDifferentCollectives) {
  const auto work = [](Communicator& group) {
    if (group.rank() == 0) group.barrier();
    if (group.rank() == 1) group.split(0);
  };
  EXPECT_THROW(run_ranks(2, work), c10::Error);
}

}  // namespace
}  // namespace galen::test
