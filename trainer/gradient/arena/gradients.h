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

/// The scalars that a lane adds to a step.
struct LaneScalars {
  double loss = 0;    ///< summed over the lane's samples
  double weight = 0;  ///< divisor of the loss and the gradients
  double samples = 0;
  double unused = 0;  ///< 1 + index of the first parameter without a gradient; 0: none
};

/// The gradients of this worker's lanes: each lane's backward pass writes one vector, and the vectors are summed along the lane tree,
/// bucket by bucket as the pass completes them.
///
/// A vector holds the parameters' gradients in the layout of the arena, then the lane's running averages, multiplied by its number of
/// samples.
class Gradients {
 public:
  /// `my_lanes` of `lanes`; `rows` >= 1: largest number of partial sums of any worker (the same on all ranks of the group). `buckets` null:
  /// a single bucket. All references must outlive this. Collective.
  Gradients(models::Model& model, ParameterArena& arena, Range my_lanes, std::int64_t lanes, int rows,
            const BucketOptions* buckets = nullptr);

  Range my_lanes() const { return my_lanes_; }

  /// Elements of a vector: those of the arena, then of the running averages.
  std::int64_t size() const { return size_; }

  const Buckets& buckets() const { return buckets_; }

  /// `on_bucket(b)` is called as soon as bucket b of all partial sums is complete, within accumulate() of the last of my_lanes(), in launch
  /// order; by the thread that GradientHooks names.
  void on_bucket(std::function<void(std::size_t)> on_bucket) { on_bucket_ = std::move(on_bucket); }

  /// After the first step: see Buckets. Collective.
  void learn_order(comm::Communicator& group) { buckets_.learn_order(group); }

  /// Call before a step's first lane.
  void begin_step();

  /// Call before a lane's forward pass: resets the model's running averages to their values at the start of the step; its layers may then
  /// write their gradients into the lane's vector.
  void begin_lane();

  /// Call after a lane's forward pass: runs backward from `loss` (summed over the lane's samples; undefined for an empty lane) and adds the
  /// lane to the sums. `weight`: divisor of the lane's loss.
  void accumulate(const at::Tensor& loss, double weight, std::int64_t samples);

  /// Of my_lanes(), after the last of them.
  const std::vector<LaneScalars>& scalars() const { return scalars_; }

  /// [size()], the p-th partial sum of my_lanes(), after the last of them: of the node subtrees(my_lanes(), lanes)[p].
  const at::Tensor& partial_sum(std::size_t p) const { return vectors_[p]; }

  /// Address of the p-th partial sum of a rank of this node; on a CPU only.
  const float* partial_sum_of(int node_rank, std::size_t p) const;

  /// Memory of all partial sums; on a CPU those of the whole node.
  const at::Tensor& memory() const { return rows_; }

  RunningAverages& averages() { return averages_; }

 private:
  struct Addition {
    std::size_t left, right;  // vectors; the sum replaces the left one
  };

  void complete(std::size_t bucket);
  double zero_unused();

  models::Model& model_;
  ParameterArena& arena_;
  RunningAverages averages_;
  Range my_lanes_;
  std::int64_t size_;
  at::Tensor rows_;
  std::vector<at::Tensor> vectors_;             // [size()]; the first ones lie in rows_, where the node's other ranks read them
  std::vector<std::vector<at::Tensor>> views_;  // of each vector, parameter by parameter
  LaneTree<std::size_t> tree_;                  // a subtree's sum is in the vector at the subtree's position
  std::vector<LaneScalars> scalars_;
  Buckets buckets_;
  std::function<void(std::size_t)> on_bucket_ = [](std::size_t) {};

  // Of the current lane.
  std::size_t vector_ = 0;
  std::vector<bool> has_gradient_;   // of each parameter
  std::vector<Addition> additions_;  // additions to make after it
  std::function<void(std::size_t)> complete_;
  GradientHooks hooks_;
};

}  // namespace galen::trainer
