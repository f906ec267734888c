#pragma once

#include "galen/range.h"
#include "trainer/gradient/arena/buckets.h"
#include "trainer/gradient/arena/gradient_hooks.h"
#include "trainer/gradient/arena/parameter_arena.h"
#include "trainer/gradient/arena/running_averages.h"
#include "trainer/lanes/lane_tree.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace galen::trainer {

/// What a lane adds to a step, beside its gradients.
struct LaneScalars {
  double loss = 0;    ///< summed over the lane's samples
  double weight = 0;  ///< what the loss and the gradients are to be divided by
  double samples = 0;
  double unused = 0;  ///< 1 + the first parameter that got no gradient; 0: all did
};

/// The gradients of this worker's lanes: each lane's backward pass writes one vector, and the vectors are summed along the lane tree,
/// bucket by bucket as the pass completes them.
///
/// A vector holds the parameters' gradients, laid out as the arena is, and behind them the lane's running averages, multiplied by its
/// samples.
class Gradients {
 public:
  /// `my_lanes` of `lanes`; `rows` >= 1: partial sums that the worker with the most of them is left with (the same on all ranks of the
  /// group). `buckets` null: the whole vector is one. All references must outlive this. Collective.
  Gradients(models::Model& model, ParameterArena& arena, Range my_lanes, std::int64_t lanes, int rows,
            const BucketOptions* buckets = nullptr);

  Range my_lanes() const { return my_lanes_; }

  /// Elements of a vector: those of the arena, then of the running averages.
  std::int64_t size() const { return size_; }

  const Buckets& buckets() const { return buckets_; }

  /// `on_bucket(b)` is called as soon as bucket b of all partial sums is complete, within accumulate() of the last of my_lanes(), in the
  /// order of launches; by the thread that GradientHooks names.
  void on_bucket(std::function<void(std::size_t)> on_bucket) { on_bucket_ = std::move(on_bucket); }

  /// After the first step: see Buckets. Collective.
  void learn_order(comm::Communicator& group) { buckets_.learn_order(group); }

  /// Before a step's first lane.
  void begin_step();

  /// Before a lane's forward pass: the model's running averages are as they were when the step began, and its layers may leave their
  /// gradients in the lane's vector.
  void begin_lane();

  /// After a lane's forward pass: runs backward from `loss` (summed over the lane's samples; undefined for a lane without any) and adds the
  /// lane to the sums. `weight`: what the lane's loss is to be divided by.
  void accumulate(const at::Tensor& loss, double weight, std::int64_t samples);

  /// Of my_lanes(), once all are in.
  const std::vector<LaneScalars>& scalars() const { return scalars_; }

  /// [size()], the p-th partial sum of my_lanes(), once all are in: of the node subtrees(my_lanes(), lanes)[p].
  const at::Tensor& partial_sum(std::size_t p) const { return vectors_[p]; }

  /// Where a rank of this node has its p-th partial sum; on a CPU only.
  const float* partial_sum_of(int node_rank, std::size_t p) const;

  /// Of all partial sums; on a CPU those of the whole node.
  const at::Tensor& memory() const { return rows_; }

  RunningAverages& averages() { return averages_; }

 private:
  struct Addition {
    std::size_t left, right;  // vectors; the sum takes the place of the left
  };

  void complete(std::size_t bucket);
  double zero_unused();

  models::Model& model_;
  ParameterArena& arena_;
  RunningAverages averages_;
  Range my_lanes_;
  std::int64_t size_;
  at::Tensor rows_;
  std::vector<at::Tensor> vectors_;             // [size()]; the first lie in rows_, where the node's other ranks read them
  std::vector<std::vector<at::Tensor>> views_;  // of each vector, parameter by parameter
  LaneTree<std::size_t> tree_;                  // a subtree's sum is in the vector of the subtree's own position
  std::vector<LaneScalars> scalars_;
  Buckets buckets_;
  std::function<void(std::size_t)> on_bucket_ = [](std::size_t) {};

  // Of the lane under way.
  std::size_t vector_ = 0;
  std::vector<bool> has_gradient_;   // of each parameter
  std::vector<Addition> additions_;  // that follow on it
  std::function<void(std::size_t)> complete_;
  GradientHooks hooks_;
};

}  // namespace galen::trainer
