#pragma once

#include "comm/communicator.h"
#include "galen/range.h"
#include "trainer/gradient/arena/parameter_arena.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace galen::trainer {

struct BucketOptions {
  double first_mib = 1;  ///< Size of the bucket sent first: small, so that sending starts early.
  double mib = 25;       ///< Size of the others.
};

/// The gradient vector, cut into ranges that are sent one at a time during the backward pass.
///
/// A backward pass starts at a model's end, so buckets are cut, and in the first step launched, from the end of the vector. A model may use
/// its parameters in another order than it lists them: after the first step, buckets are launched in the order in which they were completed
/// on rank 0. Sums do not depend on that order.
class Buckets {
 public:
  /// Cuts a vector of `elements`, whose first ones are the arena's, into whole blocks of LaneFold.
  Buckets(const ParameterArena& arena, std::int64_t elements, const BucketOptions& options);

  /// A single bucket for the whole vector.
  Buckets(const ParameterArena& arena, std::int64_t elements);

  /// Ordered by their elements.
  const std::vector<Range>& ranges() const { return ranges_; }

  /// Indices into ranges(), in launch order.
  const std::vector<std::size_t>& order() const { return order_; }

  /// Call before a backward pass.
  void begin_pass();

  /// Gradient `parameter` is complete: calls `launch(b)` for each bucket that can be launched.
  void arrived(std::size_t parameter, const std::function<void(std::size_t)>& launch);

  /// Call after the pass: launches the rest. Parameters without a gradient count as complete.
  void end_pass(const std::function<void(std::size_t)>& launch);

  /// Call after the first step: adopts the order observed on rank 0. Collective.
  void learn_order(comm::Communicator& group);

 private:
  void cut(std::int64_t elements, std::int64_t first, std::int64_t others);
  void assign(const ParameterArena& arena);

  std::vector<Range> ranges_;
  std::vector<Range> buckets_of_;  // of each parameter: the ranges that contain it
  std::vector<std::size_t> order_;
  std::vector<int> parameters_in_;  // of each bucket
  std::vector<int> missing_;        // of them, in this pass
  std::size_t launched_ = 0;        // number of launched entries of order_
  std::vector<std::size_t> seen_;   // the order in which buckets became complete in this pass
};

}  // namespace galen::trainer
