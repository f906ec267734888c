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

/// The sums of slices over all nodes: a slice's owners, one on each node, exchange their nodes' partial sums. Each owner sums an equal part
/// of the slice along the lane tree and sends the result to the others: as many bytes are sent as in a ring of nodes (Rabenseifner,
/// "Optimization of Collective Reduction Operations", 2004: reduce-scatter and all-gather).
class NetworkSums {
 public:
  /// `peers`: the owners of `slices`, in the order of their nodes, which have `node_lanes`. With options.compression = bf16 partial sums
  /// and sums are sent rounded, and added in f32; with powersgd, slices with matrices of the arena are sent as described in PowerSgd. All
  /// references must outlive this. Throws galen::UsageError for another compression.
  NetworkSums(const CommOptions& options, const ParameterArena& arena, NodeSums& node_sums, comm::Communicator& peers,
              const std::vector<Range>& node_lanes, std::vector<Range> slices);

  /// Computes the sums of slice `s` into `sums`, which may be the memory of a rank's gradients. Collective over the peers.
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
  std::vector<std::int64_t> places_;        // of each slice, in the concatenation of all slices
  std::vector<std::int64_t> sums_of_node_;  // number of partial sums of each node
  LaneFold fold_;
  std::vector<float> outgoing_, incoming_, mine_;
  std::optional<Bfloat16Codec> partial_sums_codec_, sums_codec_;
  std::vector<std::uint16_t> sent_, received_;
  std::vector<std::optional<PowerSgd>> power_sgd_;  // of each slice, if it has matrices
};

}  // namespace galen::trainer
