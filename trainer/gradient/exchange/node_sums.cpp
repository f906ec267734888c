#include "trainer/gradient/exchange/node_sums.h"

namespace galen::trainer {

namespace {

std::vector<Range> lanes_of_ranks(const comm::Node& node, std::int64_t lanes) {
  std::vector<Range> result;
  const int ranks = node.first_rank(node.count());
  for (int r = node.first_rank(node.index()); r < node.first_rank(node.index() + 1); ++r) {
    result.push_back(lane_range({0, lanes}, r, ranks));
  }
  return result;
}

}  // namespace

std::vector<Range> lanes_of_nodes(const comm::Node& node, std::int64_t lanes) {
  std::vector<Range> result;
  const int ranks = node.first_rank(node.count());
  for (int n = 0; n < node.count(); ++n) {
    result.push_back(
        {lane_range({0, lanes}, node.first_rank(n), ranks).begin, lane_range({0, lanes}, node.first_rank(n + 1) - 1, ranks).end});
  }
  return result;
}

NodeSums::NodeSums(const Gradients& gradients, const comm::Node& node, std::int64_t lanes)
    : fold_(subtrees(lanes_of_ranks(node, lanes), lanes), lanes) {
  const std::vector<Range> lanes_of = lanes_of_ranks(node, lanes);
  for (int r = 0; r < node.size(); ++r) {
    for (std::size_t p = 0; p < subtrees(lanes_of[r], lanes).size(); ++p) rows_.push_back(gradients.partial_sum_of(r, p));
  }
  inputs_.resize(rows_.size());
}

std::span<const float* const> NodeSums::operator()(std::int64_t begin, std::int64_t size) {
  for (std::size_t i = 0; i < rows_.size(); ++i) inputs_[i] = rows_[i] + begin;
  return fold_(inputs_, size);
}

}  // namespace galen::trainer
