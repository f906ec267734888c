#include "trainer/lanes/tree_all_reduce.h"

#include "trainer/lanes/lane_tree.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>

#include <cstdint>
#include <vector>

namespace galen::trainer {

namespace {

// The contribution of rank `rank`: its subtrees, and its slice of the vector.
struct Share {
  std::vector<TreeNode> nodes;
  Range slice;
};

std::vector<Share> shares_of(int ranks, std::int64_t lanes, std::int64_t elements) {
  std::vector<Share> shares;
  for (int rank = 0; rank < ranks; ++rank) {
    shares.push_back({subtrees(lane_range({0, lanes}, rank, ranks), lanes), lane_range({0, elements}, rank, ranks)});
  }
  return shares;
}

// Slice by slice, in rank order; within a slice, partial sum by partial sum.
at::Tensor gather_outgoing(const std::vector<at::Tensor>& partial_sums, const std::vector<Share>& shares) {
  if (partial_sums.size() == 1) return partial_sums.front();
  std::vector<at::Tensor> pieces;
  for (const Share& share : shares) {
    for (const at::Tensor& sum : partial_sums) pieces.push_back(sum.narrow(0, share.slice.begin, share.slice.size()));
  }
  return at::cat(pieces);
}

at::Tensor add_in_place(const at::Tensor& left, const at::Tensor& right) { return left.add_(right); }

}  // namespace

void tree_all_reduce(comm::Communicator& communicator, const std::vector<at::Tensor>& partial_sums, std::int64_t lanes, at::Tensor& sums) {
  if (communicator.size() == 1) {
    if (!partial_sums.front().is_same(sums)) sums.copy_(partial_sums.front());
    return;
  }

  const std::vector<Share> shares = shares_of(communicator.size(), lanes, sums.numel());
  const Range mine = shares[communicator.rank()].slice;
  std::vector<std::int64_t> send_counts, receive_counts, slice_sizes;
  std::int64_t incoming_size = 0;
  for (const Share& share : shares) {
    send_counts.push_back(share.slice.size() * static_cast<std::int64_t>(partial_sums.size()));
    receive_counts.push_back(mine.size() * static_cast<std::int64_t>(share.nodes.size()));
    slice_sizes.push_back(share.slice.size());
    incoming_size += receive_counts.back();
  }

  at::Tensor incoming = at::empty({incoming_size}, sums.options());
  communicator.all_to_all(gather_outgoing(partial_sums, shares), send_counts, incoming, receive_counts);

  LaneTree<at::Tensor> whole(lanes);
  std::int64_t offset = 0;
  for (const Share& share : shares) {
    for (const TreeNode node : share.nodes) {
      whole.push(node, incoming.narrow(0, offset, mine.size()), add_in_place);
      offset += mine.size();
    }
  }
  communicator.all_gather(whole.subtrees().front().value, sums, slice_sizes);
}

}  // namespace galen::trainer
