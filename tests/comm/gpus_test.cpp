#include "comm/gpus.h"

#include "tests/support/thread_communicator.h"

#include <gmock/gmock.h>

namespace galen::comm {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr char kModel[] = "NVIDIA H200";

Gpu gpu(const std::string& bus_id, const std::string& machine = "a", const std::string& model = kModel) {
  return {bus_id, model, "node-" + machine, machine};
}

TEST(Gpus, OfOneModelAndOneARankAreFine) {
  EXPECT_EQ(objection_to({}), "");
  EXPECT_EQ(objection_to({gpu("17")}), "");
  EXPECT_EQ(objection_to({gpu("17"), gpu("65"), gpu("17", "b"), gpu("65", "b")}), "");
}

TEST(Gpus, MayNotBeSharedByRanks) {
  EXPECT_THAT(objection_to({gpu("17"), gpu("65"), gpu("17")}),
              AllOf(HasSubstr("ranks 0, 2 use the same GPU, 17 of node-a"), HasSubstr("one rank a GPU")));
}

TEST(Gpus, AreTheSameInTwoContainersOfAMachine) {
  Gpu other = gpu("17");
  other.host = "container";
  EXPECT_THAT(objection_to({gpu("17"), other}), HasSubstr("the same GPU"));
}

TEST(Gpus, MayNotBeOfDifferentModels) {
  EXPECT_THAT(objection_to({gpu("17"), gpu("65"), gpu("17", "b", "NVIDIA A100")}),
              HasSubstr("(NVIDIA A100: rank 2; NVIDIA H200: ranks 0, 1)"));
}

TEST(Gpus, MustBeThere) { EXPECT_THAT(objection_to({gpu("17"), gpu("", "b", "")}), HasSubstr("rank 1 (node-b) has no GPU")); }

TEST(Gpus, AreGatheredFromAllRanks) {
  test::run_ranks(3, [](Communicator& group) {
    const int me = group.rank();
    const std::vector<Gpu> gpus = gather_gpus(group, me == 1 ? Gpu{} : Gpu{std::to_string(me), kModel, "", ""});
    ASSERT_EQ(gpus.size(), 3u);
    EXPECT_EQ(gpus[0].bus_id, "0");
    EXPECT_EQ(gpus[1].bus_id, "");
    EXPECT_EQ(gpus[1].model, "");
    EXPECT_EQ(gpus[2].model, kModel);
    EXPECT_NE(gpus[2].host, "");
    EXPECT_NE(gpus[2].machine, "");
    EXPECT_EQ(gpus[0].machine, gpus[2].machine);
  });
}

}  // namespace
}  // namespace galen::comm
