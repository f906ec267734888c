#include "trainer/lanes/lane_tree.h"

namespace galen::trainer {

std::vector<TreeNode> subtrees(Range mine, std::int64_t lanes) {
  struct Nothing {};
  LaneTree<Nothing> tree(lanes);
  for (std::int64_t lane = mine.begin; lane < mine.end; ++lane) tree.push({0, lane}, {}, [](Nothing, Nothing) { return Nothing{}; });
  std::vector<TreeNode> nodes;
  for (const auto& subtree : tree.subtrees()) nodes.push_back(subtree.node);
  return nodes;
}

std::vector<TreeNode> subtrees(const std::vector<Range>& runs, std::int64_t lanes) {
  std::vector<TreeNode> nodes;
  for (const Range& run : runs) {
    for (const TreeNode node : subtrees(run, lanes)) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace galen::trainer
