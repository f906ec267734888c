#include "trainer/lanes/sum_over_lanes.h"

#include "galen/range.h"
#include "trainer/lanes/lane_tree.h"
#include "trainer/lanes/tree_all_reduce.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

namespace galen::trainer {

std::vector<double> sum_over_lanes(comm::Communicator& workers, std::int64_t lanes, std::int64_t size,
                                   const std::function<void(std::int64_t lane, double* sum)>& work) {
  const Range mine = lane_range({0, lanes}, workers.rank(), workers.size());
  TORCH_CHECK(mine.size() > 0, "more workers than lanes");
  if (size == 0) return {};
  LaneTree<at::Tensor> tree(lanes);
  for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) {
    at::Tensor sum = at::zeros({size}, at::kDouble);
    work(lane - mine.begin, sum.mutable_data_ptr<double>());
    tree.push({0, lane}, std::move(sum), [](const at::Tensor& left, const at::Tensor& right) { return left.add_(right); });
  }
  std::vector<at::Tensor> partial_sums;
  for (const auto& subtree : tree.subtrees()) partial_sums.push_back(subtree.value);
  at::Tensor total = at::empty({size}, at::kDouble);
  tree_all_reduce(workers, partial_sums, lanes, total);
  const double* values = total.const_data_ptr<double>();
  return {values, values + size};
}

}  // namespace galen::trainer
