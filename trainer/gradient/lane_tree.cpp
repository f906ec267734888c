#include "trainer/gradient/lane_tree.h"

#include <c10/util/Exception.h>

namespace galen::trainer {

namespace {

bool is_left_sibling(TreeNode left, TreeNode right) {
  return left.level == right.level && right.index % 2 == 1 && left.index + 1 == right.index;
}

TreeNode parent(TreeNode node) { return {node.level + 1, node.index / 2}; }

}  // namespace

bool LaneTree::is_root(TreeNode node) const { return node.index == 0 && (std::int64_t{1} << node.level) >= lanes_; }

void LaneTree::push(TreeNode node, const at::Tensor& values, bool borrowed) {
  at::Tensor sum = values;
  while (!is_root(node)) {
    const bool sibling_exists = ((node.index ^ 1) << node.level) < lanes_;
    if (sibling_exists) {
      if (partial_sums_.empty() || !is_left_sibling(partial_sums_.back().node, node)) break;
      const at::Tensor left = partial_sums_.back().values;
      if (left.defined()) left.add_(sum);
      sum = left;
      borrowed = false;
      partial_sums_.pop_back();
    }
    node = parent(node);
  }
  partial_sums_.push_back({node, borrowed && sum.defined() ? keep(sum) : sum});
}

void LaneTree::clear() {
  partial_sums_.clear();
  copies_in_use_ = 0;
}

at::Tensor LaneTree::keep(const at::Tensor& values) {
  if (copies_in_use_ == copies_.size()) {
    copies_.push_back(values.clone());
  } else {
    copies_[copies_in_use_].copy_(values);
  }
  return copies_[copies_in_use_++];
}

std::vector<TreeNode> subtrees(data::Range mine, std::int64_t lanes) {
  LaneTree tree(lanes);
  for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) tree.push({0, lane}, at::Tensor(), false);
  std::vector<TreeNode> nodes;
  for (const auto& sum : tree.partial_sums()) nodes.push_back(sum.node);
  return nodes;
}

}  // namespace galen::trainer
