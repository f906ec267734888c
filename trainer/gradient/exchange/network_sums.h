#pragma once

#include "comm/communicator.h"
#include "trainer/gradient/arena/parameter_arena.h"
#include "trainer/gradient/exchange/bfloat16_codec.h"
#include "trainer/gradient/exchange/node_sums.h"
#include "trainer/gradient/exchange/power_sgd.h"
#include "trainer/gradient/exchange/step_exchange.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace galen::trainer {

/// The sums of slices over all nodes: a slice's owners, one on each node, send each other their nodes' partial sums. Each owner sums an
/// even part of the slice along the lane tree and gives the outcome to the others: as many bytes cross the network as in a ring of nodes
/// (Rabenseifner, "Optimization of Collective Reduction Operations", 2004: reduce-scatter and all-gather).
class NetworkSums {
 public:
  /// `peers`: the owners of `slices`, in the order of their nodes, which have `node_lanes`. With options.compression = bf16 partial sums
  /// and sums travel rounded, and are added as f32; with powersgd, slices that hold matrices of the arena travel as PowerSgd says. All
  /// references must outlive this. Throws galen::UsageError for another compression.
  NetworkSums(const CommOptions& options, const ParameterArena& arena, NodeSums& node_sums, comm::Communicator& peers,
              const std::vector<Range>& node_lanes, std::vector<Range> slices);

  /// The sums of slice `s`, into `sums`, which may be where a rank of this node has its gradients. Collective over the peers.
  void sum(std::size_t s, float* sums);

 private:
  void add_partial_sums(Range slice, float* sums);
  void sum_part(Range part, std::int64_t place, float* sums);
  void collect_outgoing(Range part);
  void all_to_all(std::int64_t place, std::vector<std::int64_t> send, std::vector<std::int64_t> receive);
  void all_gather(Range part, std::int64_t place, std::vector<std::int64_t> counts, float* sums);
  void fold_incoming(std::int64_t size, float* sums);

  NodeSums& node_sums_;
  comm::Communicator& peers_;
  std::vector<Range> slices_;
  std::vector<std::int64_t> places_;        // of each slice, among the elements of all of them
  std::vector<std::int64_t> sums_of_node_;  // partial sums that each node has
  LaneFold fold_;
  std::vector<float> outgoing_, incoming_, mine_;
  std::optional<Bfloat16Codec> partial_sums_codec_, sums_codec_;
  std::vector<std::uint16_t> sent_, received_;
  std::vector<std::optional<PowerSgd>> power_sgd_;  // of each slice, where it has matrices
};

}  // namespace galen::trainer
