#pragma once

#include "comm/communicator.h"
#include "galen/range.h"
#include "trainer/gradient/arena/parameter_arena.h"

#include <cstdint>
#include <functional>
#include <vector>

namespace galen::trainer {

struct BucketOptions {
  double first_mib = 1;  ///< Of the bucket that travels first: small, so that something does soon.
  double mib = 25;       ///< Of the others.
};

/// The vector of gradients, cut into ranges that travel one at a time, while the backward pass still works on others.
///
/// A backward pass goes through a model from its end, so buckets are cut, and at first launched, from the end of the vector. A model may
/// use its parameters in another order than it lists them: after the first step, buckets are launched in the order in which rank 0 then had
/// them. Sums do not depend on that order.
class Buckets {
 public:
  /// Of a vector of `elements`, the first of them the arena's, in whole blocks of LaneFold.
  Buckets(const ParameterArena& arena, std::int64_t elements, const BucketOptions& options);

  /// The whole vector as one.
  Buckets(const ParameterArena& arena, std::int64_t elements);

  /// In the order of their elements.
  const std::vector<Range>& ranges() const { return ranges_; }

  /// Indices into ranges(), in the order in which they are launched.
  const std::vector<std::size_t>& order() const { return order_; }

  /// Before a backward pass.
  void begin_pass();

  /// Gradient `parameter` is in place: calls `launch(b)` for what can be launched now.
  void arrived(std::size_t parameter, const std::function<void(std::size_t)>& launch);

  /// After the pass: launches what is left. Parameters that got no gradient are in place, too.
  void end_pass(const std::function<void(std::size_t)>& launch);

  /// After the first step: takes the order that rank 0 has seen. Collective.
  void learn_order(comm::Communicator& group);

 private:
  void cut(std::int64_t elements, std::int64_t first, std::int64_t others);
  void assign(const ParameterArena& arena);

  std::vector<Range> ranges_;
  std::vector<Range> buckets_of_;  // of each parameter: the ranges that it lies in
  std::vector<std::size_t> order_;
  std::vector<int> parameters_in_;  // each bucket
  std::vector<int> missing_;        // of them, in this pass
  std::size_t launched_ = 0;        // of order_
  std::vector<std::size_t> seen_;   // the order in which buckets became complete in this pass
};

}  // namespace galen::trainer
