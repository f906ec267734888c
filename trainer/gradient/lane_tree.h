#pragma once

#include "data/order.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// A node of the binary tree over lanes: the lanes [index · 2^level, (index + 1) · 2^level), as far as they exist.
struct TreeNode {
  int level = 0;
  std::int64_t index = 0;
  bool operator==(const TreeNode&) const = default;
};

/// Sums the lanes' vectors along one fixed binary tree.
///
/// Floating-point addition is not associative; this order of it is the same for every number of workers. A worker folds the run of lanes
/// that it has into the largest subtrees that lie wholly in it: with an aligned run that is one, otherwise a few.
class LaneTree {
 public:
  struct PartialSum {
    TreeNode node;
    at::Tensor values;
  };

  explicit LaneTree(std::int64_t lanes) : lanes_(lanes) {}

  /// Adds the next node to the right of those added so far. `borrowed`: the caller goes on to use `values`, so that a copy is kept where
  /// they could not be added to their left sibling at once. Undefined `values` only move the nodes.
  void push(TreeNode node, const at::Tensor& values, bool borrowed);

  /// What could not be joined yet, left to right; the root alone when all lanes are in.
  const std::vector<PartialSum>& partial_sums() const { return partial_sums_; }

  /// Forgets the sums; their buffers are used again.
  void clear();

  std::int64_t lanes() const { return lanes_; }

 private:
  bool is_root(TreeNode node) const;
  at::Tensor keep(const at::Tensor& values);

  std::int64_t lanes_;
  std::vector<PartialSum> partial_sums_;
  std::vector<at::Tensor> copies_;  // made by keep(); the first copies_in_use_ of them hold this step's sums
  std::size_t copies_in_use_ = 0;
};

/// The nodes that the lanes `mine` fold into.
std::vector<TreeNode> subtrees(data::Range mine, std::int64_t lanes);

}  // namespace galen::trainer
