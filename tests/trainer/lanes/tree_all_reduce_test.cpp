#include "trainer/lanes/tree_all_reduce.h"

#include "comm/mpi_communicator.h"
#include "comm/single_communicator.h"
#include "trainer/lanes/lane_tree.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace galen::trainer {
namespace {

// Element i of lane l: numbers of very different size, so that another order of additions gives other bits.
at::Tensor lane_values(std::int64_t lane, std::int64_t size) {
  at::Tensor values = at::zeros({size});
  float* out = values.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < size; ++i)
    out[i] = ((lane * 7 + i) % 5 == 0 ? 3e7f : 0.3f) / static_cast<float>(1 + (lane * 31 + i * 17) % 97);
  return values;
}

at::Tensor reduced(comm::Communicator& communicator, std::int64_t lanes, std::int64_t size) {
  LaneTree<at::Tensor> tree(lanes);
  const Range mine = lane_range({0, lanes}, communicator.rank(), communicator.size());
  for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) {
    tree.push({0, lane}, lane_values(lane, size), [](const at::Tensor& left, const at::Tensor& right) { return left + right; });
  }
  std::vector<at::Tensor> partial_sums;
  for (const auto& subtree : tree.subtrees()) partial_sums.push_back(subtree.value);
  at::Tensor sums = at::zeros({size});
  tree_all_reduce(communicator, partial_sums, lanes, sums);
  return sums;
}

TEST(TreeAllReduce, GivesEveryRankTheBitsOfOneWorker) {
  const auto world = comm::make_mpi_communicator(MPI_COMM_WORLD);
  const auto single = comm::make_single_communicator();
  for (std::int64_t lanes : {4, 5, 8, 12}) {
    if (lanes < world->size()) continue;  // a worker has a lane at least
    for (std::int64_t size : {1, 3, 1000, 65537}) {
      const at::Tensor expected = reduced(*single, lanes, size);
      EXPECT_TRUE(reduced(*world, lanes, size).equal(expected)) << lanes << " lanes, " << size << " elements";
    }
  }
}

}  // namespace
}  // namespace galen::trainer
