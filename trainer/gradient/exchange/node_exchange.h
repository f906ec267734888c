#pragma once

#include "comm/arrivals.h"
#include "comm/node.h"
#include "trainer/device/task_thread.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/exchange/network_sums.h"
#include "trainer/gradient/exchange/node_sums.h"
#include "trainer/gradient/exchange/step_exchange.h"
#include "trainer/gradient/exchange/step_scalars.h"
#include "trainer/gradient/optimizer/optimizer.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace galen::trainer {

/// The exchange of CPU workers: the ranks of a node read each other's gradients in shared memory.
///
/// Each rank owns a slice of the vector. It sums the slice directly from its neighbours' gradients along the lane tree and updates the
/// slice's parameters, which are thereby published, because a node has a single copy of the parameters: reduction, optimiser and broadcast
/// are one pass over memory between two barriers. Clipping by the global norm, and skipping steps that are not finite, need one more
/// barrier and one more pass.
///
/// With several nodes the owners of the same slice exchange their nodes' sums in between, bucket by bucket, each on a separate thread that
/// runs during the backward pass: only this thread communicates with other nodes between launch() and complete(). On each node as many
/// ranks own slices as the smallest node has.
class NodeExchange final : public StepExchange {
 public:
  /// Collective.
  NodeExchange(const ExchangeOptions& options, const ExchangeParts& parts);

  void launch(std::size_t bucket) override;
  StepSums complete(const Wishes& wishes, std::int64_t step, Timeline& timeline) override;

 private:
  struct BucketTime {
    std::size_t bucket;
    Timeline::Clock::time_point begin, end;
  };

  void exchange_bucket(std::size_t bucket, const std::stop_token& stop);
  void exchange_scalars(Timeline& timeline);
  void update_at_once(const StepSums& sums, std::int64_t step);
  void sum_first();
  void update_from_sums(const StepSums& sums, std::int64_t step);

  template <typename Work>
  void for_each_block_of_mine(Work work) const;
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

  std::vector<Range> slices_;  // this rank's own elements of the vector: one range of each bucket; may be empty
  NodeSums node_sums_;
  StepScalars scalars_;
  float* kept_;  // [size of the vector], holds the sums of my slices: over all nodes, or for a second pass

  std::unique_ptr<comm::Communicator> peers_;  // with several nodes: the owners of my slices
  std::optional<NetworkSums> network_sums_;
  std::optional<comm::Arrivals> arrivals_;  // at each bucket; the last one: at the step's scalars
  std::uint32_t round_ = 1;
  std::vector<BucketTime> bucket_times_;  // of this round; written by the network thread until it is waited for
  std::unique_ptr<TaskThread> network_thread_;

  at::Tensor nonfinite_;  // [ranks of the node], shared: 1 + first element that is not finite; 0: none
  at::Tensor squares_;    // [blocks], shared: each block's sum of squares
  at::Tensor averages_;   // shared: the sum of the running averages of all lanes
};

}  // namespace galen::trainer
