#pragma once

#include "galen/range.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace galen::trainer {

/// A node of the binary tree over lanes: the lanes [index · 2^level, (index + 1) · 2^level), as far as they exist.
struct TreeNode {
  int level = 0;
  std::int64_t index = 0;
  bool operator==(const TreeNode&) const = default;
};

/// Joins the values of lanes along one fixed binary tree.
///
/// Floating-point addition is not associative; this order is the same for every number of workers. A worker joins its run of lanes into the
/// largest subtrees that are wholly in it: one for an aligned run, otherwise a few.
template <typename Value>
class LaneTree {
 public:
  struct Subtree {
    TreeNode node;
    Value value;
  };

  explicit LaneTree(std::int64_t lanes) : lanes_(lanes) {}

  /// Adds the next node to the right of those before; `join(left, right)` returns the value of two siblings' parent.
  template <typename Join>
  void push(TreeNode node, Value value, Join join) {
    while (!is_root(node)) {
      const bool sibling_exists = ((node.index ^ 1) << node.level) < lanes_;
      if (sibling_exists) {
        if (subtrees_.empty() || !is_left_sibling(subtrees_.back().node, node)) break;
        value = join(subtrees_.back().value, value);
        subtrees_.pop_back();
      }
      node = {node.level + 1, node.index / 2};
    }
    subtrees_.push_back({node, std::move(value)});
  }

  /// The nodes not joined so far, left to right; only the root after all lanes.
  const std::vector<Subtree>& subtrees() const { return subtrees_; }

  void clear() { subtrees_.clear(); }
  std::int64_t lanes() const { return lanes_; }

 private:
  bool is_root(TreeNode node) const { return node.index == 0 && (std::int64_t{1} << node.level) >= lanes_; }

  static bool is_left_sibling(TreeNode left, TreeNode right) {
    return left.level == right.level && right.index % 2 == 1 && left.index + 1 == right.index;
  }

  std::int64_t lanes_;
  std::vector<Subtree> subtrees_;
};

/// The nodes into which the lanes `mine` join.
std::vector<TreeNode> subtrees(Range mine, std::int64_t lanes);

/// The nodes into which each of `runs` joins separately, run by run.
std::vector<TreeNode> subtrees(const std::vector<Range>& runs, std::int64_t lanes);

}  // namespace galen::trainer
