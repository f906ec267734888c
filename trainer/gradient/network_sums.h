#pragma once

#include "comm/communicator.h"
#include "trainer/gradient/bfloat16_codec.h"
#include "trainer/gradient/node_sums.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace galen::trainer {

/// The sums of one slice over all nodes: its owners, one on each node, send each other their nodes' partial sums. Each owner sums an even
/// part of the slice along the lane tree and gives the outcome to the others: as many bytes cross the network as in a ring of nodes
/// (Rabenseifner, "Optimization of Collective Reduction Operations", 2004: reduce-scatter and all-gather).
class NetworkSums {
 public:
  /// `peers`: the owners of `slice`, in the order of their nodes, which have `node_lanes`. `bfloat16`: partial sums and sums travel
  /// rounded, and are added as f32. All references must outlive this.
  NetworkSums(NodeSums& node_sums, comm::Communicator& peers, const std::vector<data::Range>& node_lanes, std::int64_t lanes,
              data::Range slice, bool bfloat16);

  /// The sums of the slice, valid until the next call. Collective over the peers.
  float* sum();

 private:
  void sum_part(data::Range part, float* sums);
  void collect_outgoing(data::Range part);
  void all_to_all(data::Range part, std::vector<std::int64_t> send, std::vector<std::int64_t> receive);
  void all_gather(data::Range part, std::vector<std::int64_t> counts, float* sums);
  void fold_incoming(std::int64_t size, float* sums);

  NodeSums& node_sums_;
  comm::Communicator& peers_;
  data::Range slice_;
  std::vector<std::int64_t> sums_of_node_;  // partial sums that each node has
  LaneFold fold_;
  std::vector<float> outgoing_, incoming_, mine_, slice_sums_;
  std::optional<Bfloat16Codec> partial_sums_codec_, sums_codec_;
  std::vector<std::uint16_t> sent_, received_;
};

}  // namespace galen::trainer
