#include "trainer/gradient/node_sums.h"

namespace galen::trainer {

namespace {

std::vector<TreeNode> nodes_of_ranks(const comm::Node& node, int ranks, std::int64_t lanes) {
  std::vector<TreeNode> nodes;
  for (int r = 0; r < node.size(); ++r) {
    const data::Range mine = data::lane_range({0, lanes}, node.first_rank(node.index()) + r, ranks);
    for (const TreeNode subtree : subtrees(mine, lanes)) nodes.push_back(subtree);
  }
  return nodes;
}

}  // namespace

std::vector<data::Range> lanes_of_nodes(const comm::Node& node, int ranks, std::int64_t lanes) {
  std::vector<data::Range> result;
  for (int n = 0; n < node.count(); ++n) {
    const int end = n + 1 < node.count() ? node.first_rank(n + 1) : ranks;
    result.push_back({data::lane_range({0, lanes}, node.first_rank(n), ranks).begin, data::lane_range({0, lanes}, end - 1, ranks).end});
  }
  return result;
}

NodeSums::NodeSums(const Gradients& gradients, const comm::Node& node, int ranks, std::int64_t lanes)
    : fold_(nodes_of_ranks(node, ranks, lanes), lanes) {
  for (int r = 0; r < node.size(); ++r) {
    const data::Range theirs = data::lane_range({0, lanes}, node.first_rank(node.index()) + r, ranks);
    for (std::size_t p = 0; p < subtrees(theirs, lanes).size(); ++p) rows_.push_back(gradients.partial_sum_of(r, p));
  }
  inputs_.resize(rows_.size());
}

std::span<const float* const> NodeSums::operator()(std::int64_t begin, std::int64_t size) {
  for (std::size_t i = 0; i < rows_.size(); ++i) inputs_[i] = rows_[i] + begin;
  return fold_(inputs_, size);
}

}  // namespace galen::trainer
