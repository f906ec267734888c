#pragma once

#include "comm/node.h"
#include "trainer/gradient/gradients.h"
#include "trainer/gradient/network_sums.h"
#include "trainer/gradient/node_sums.h"
#include "trainer/gradient/step_exchange.h"
#include "trainer/gradient/step_scalars.h"
#include "trainer/optimizer/optimizer.h"

#include <cstdint>
#include <memory>
#include <optional>

namespace galen::trainer {

/// The exchange of CPU workers: the ranks of a node work on each other's gradients in shared memory.
///
/// Each rank owns a slice of the vector. It sums the slice straight out of its neighbours' gradients along the lane tree, takes the
/// optimiser's step on it, and has by that published it, for there is one copy of the parameters a node: reduction, optimiser and broadcast
/// are one pass over memory between two barriers. Clipping by the global norm, and leaving out steps that are not finite, take one barrier
/// and one pass more.
///
/// With several nodes the owners of the same slice exchange their nodes' sums in between. As many ranks of each node own slices as the
/// smallest node has.
class NodeExchange final : public StepExchange {
 public:
  /// `group`: the workers; those of a node are neighbours. All references must outlive this. Collective.
  NodeExchange(const ExchangeOptions& options, ParameterArena& arena, Gradients& gradients, Optimizer& optimizer, comm::Node& node,
               comm::Communicator& group, std::int64_t lanes);

  StepSums complete(const StopRequest& stop_request, std::int64_t step, Timeline& timeline) override;

 private:
  void update_at_once(const StepSums& sums, std::int64_t step);
  void sum_first();
  void update_from_sums(const StepSums& sums, std::int64_t step);

  const float* sums_of(std::int64_t begin, std::int64_t size);
  void apply(const float* sums, std::int64_t begin, std::int64_t size);
  void look_for_nonfinite(const float* sums, std::int64_t begin, std::int64_t size);
  std::string first_nonfinite() const;
  double gradient_norm() const;

  const ExchangeOptions options_;
  ParameterArena& arena_;
  Gradients& gradients_;
  Optimizer& optimizer_;
  comm::Node& node_;
  comm::Communicator& group_;

  data::Range slice_;  // of the vector's elements, this rank's own; may be empty
  NodeSums node_sums_;
  StepScalars scalars_;
  std::unique_ptr<comm::Communicator> peers_;  // with several nodes: the owners of my slice
  std::optional<NetworkSums> network_sums_;
  float* summed_ = nullptr;  // of my slice, where the sums are kept: over all nodes, or for a second pass

  at::Tensor nonfinite_;  // [ranks of the node], shared: 1 + first element that is not finite; 0: none
  at::Tensor squares_;    // [blocks], shared: each block's sum of squares
  at::Tensor averages_;   // shared: what the running averages of all lanes add up to
};

}  // namespace galen::trainer
