#include "comm/mpi_communicator.h"

#include "comm/roll_call.h"
#include "galen/error.h"
#include "tests/comm/communicator_claims.h"

#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <gmock/gmock.h>

#include <chrono>

namespace galen::test {
namespace {

constexpr int kWhole = 1 << 28;
constexpr int kPieces = 7;  // elements a message: all but the shortest tensors travel in several

class MpiCommunicatorClaim : public testing::TestWithParam<Claim> {};

TEST_P(MpiCommunicatorClaim, HoldsInWholeMessages) { GetParam().check(*comm::make_mpi_communicator(MPI_COMM_WORLD, kWhole)); }

TEST_P(MpiCommunicatorClaim, HoldsInPieces) { GetParam().check(*comm::make_mpi_communicator(MPI_COMM_WORLD, kPieces)); }

TEST_P(MpiCommunicatorClaim, HoldsInAPartOfTheWorld) {
  int rank = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm part = MPI_COMM_NULL;
  MPI_Comm_split(MPI_COMM_WORLD, rank > 0, -rank, &part);  // in reverse order
  {
    const auto group = comm::make_mpi_communicator(part);
    GetParam().check(*group);
  }
  MPI_Comm_free(&part);
}

INSTANTIATE_TEST_SUITE_P(All, MpiCommunicatorClaim, testing::ValuesIn(communicator_claims()),
                         [](const auto& instance) { return instance.param.name; });

TEST(MpiCommunicator, MatchesTheRanksOfTheGroupThatWasHandedIn) {
  int rank = 0, size = 0;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  const auto group = comm::make_mpi_communicator(MPI_COMM_WORLD);
  EXPECT_EQ(group->rank(), rank);
  EXPECT_EQ(group->size(), size);
}

TEST(MpiCommunicator, NeverMeetsTheMessagesOfItsCaller) {
  const auto group = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const int next = (group->rank() + 1) % group->size(), previous = (group->rank() + group->size() - 1) % group->size();
  int sent = group->rank(), received = -1;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Irecv(&received, 1, MPI_INT, MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &request);
  const std::vector<std::int64_t> counts(group->size(), 1);
  at::Tensor incoming = at::zeros({group->size()}, at::kLong);
  group->all_to_all(at::full({group->size()}, 77, at::kLong), counts, incoming, counts);
  MPI_Send(&sent, 1, MPI_INT, next, 5, MPI_COMM_WORLD);
  MPI_Wait(&request, MPI_STATUS_IGNORE);
  EXPECT_EQ(received, previous);
}

TEST(MpiCommunicator, TurnsAnMpiErrorIntoOneThatNamesTheOperation) {
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const auto pair = world->split(world->rank() / 2);
  at::Tensor values = at::zeros({pair->rank() == 0 ? 20 : 10});  // the root sends more than the other takes
  const auto act = [&] { pair->broadcast(values, 0); };
  if (pair->rank() == 0) {
    act();
  } else {
    EXPECT_THAT(act, testing::ThrowsMessage<Error>(testing::StartsWith("broadcast failed in MPI:")));
  }
}

// Suspended between the beginning of a wait and the first look at its deadline: the time is not one in which others could have come.
TEST(RollCall, CountsNoTimeBeforeTheFirstLook) {
  comm::RollCall roll_call(MPI_COMM_WORLD, nullptr, /*patient=*/false);
  roll_call.set_deadline(std::chrono::seconds(60));
  const auto begin = std::chrono::steady_clock::now() - std::chrono::minutes(10);
  EXPECT_NO_THROW(roll_call.check("a wait", begin, {}));
  EXPECT_NO_THROW(roll_call.check("a wait", begin, {}));
}

}  // namespace
}  // namespace galen::test
