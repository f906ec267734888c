#include "trainer/lanes/lane_sums.h"

#include "galen/range.h"
#include "trainer/lanes/lane_tree.h"
#include "trainer/lanes/tree_all_reduce.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

namespace galen::trainer {
namespace {

using Sum = std::vector<double>;
using SumTree = LaneTree<Sum>;

Sum join_sums(Sum& left, const Sum& right) {
  for (std::size_t i = 0; i < left.size(); ++i) left[i] += right[i];
  return std::move(left);
}

// The subtrees of a run of lanes. Those of neighbouring runs join into the same tree as the lanes of both.
SumTree sum_of_run(Range run, Range mine, std::int64_t lanes, std::int64_t size, const LaneSums::LaneWork& work) {
  SumTree tree(lanes);
  for (std::int64_t lane = run.begin; lane < run.end; ++lane) {
    Sum sum(static_cast<std::size_t>(size));
    work(lane - mine.begin, sum.data());
    tree.push({0, lane}, std::move(sum), join_sums);
  }
  return tree;
}

}  // namespace

LaneSums::LaneSums(comm::Communicator& communicator, std::int64_t lanes, int threads)
    : communicator_(communicator), lanes_(lanes), threads_(std::max(threads, 1)) {}

std::vector<double> LaneSums::sum(std::int64_t size, const std::function<LaneWork()>& make_work) const {
  const Range mine = lane_range({0, lanes_}, communicator_.rank(), communicator_.size());
  TORCH_CHECK(mine.size() > 0, "more workers than lanes");
  if (size == 0) return {};
  const int threads = static_cast<int>(std::clamp<std::int64_t>(mine.size(), 1, threads_));
  std::vector<SumTree> parts(threads, SumTree(lanes_));
  std::vector<std::exception_ptr> failures(threads);
  const auto run = [&](int thread) {
    try {
      parts[thread] = sum_of_run(lane_range(mine, thread, threads), mine, lanes_, size, make_work());
    } catch (...) {
      failures[thread] = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    for (int thread = 1; thread < threads; ++thread) others.emplace_back(run, thread);
    run(0);
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }

  SumTree whole(lanes_);
  for (SumTree& part : parts) {
    for (const auto& subtree : part.subtrees()) whole.push(subtree.node, subtree.value, join_sums);
  }
  std::vector<at::Tensor> partial_sums;
  for (const auto& subtree : whole.subtrees()) {
    partial_sums.push_back(at::from_blob(const_cast<double*>(subtree.value.data()), {size}, at::kDouble));
  }
  Sum total(static_cast<std::size_t>(size));
  at::Tensor sums = at::from_blob(total.data(), {size}, at::kDouble);
  tree_all_reduce(communicator_, partial_sums, lanes_, sums);
  return total;
}

void LaneSums::smallest(std::span<double> values) const {
  if (communicator_.size() == 1 || values.empty()) return;
  at::Tensor tensor = at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kDouble);
  communicator_.all_reduce(tensor, comm::Reduction::kMin);
}

}  // namespace galen::trainer
