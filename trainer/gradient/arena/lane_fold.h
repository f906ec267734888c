#pragma once

#include "trainer/lanes/lane_tree.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// The additions that join vectors along the lane tree, planned once and executed block by block.
class LaneFold {
 public:
  /// Elements folded at a time: small enough for the L1 cache.
  static constexpr std::int64_t kBlock = 8192;

  /// `inputs`: the tree nodes of the input vectors, left to right.
  LaneFold(const std::vector<TreeNode>& inputs, std::int64_t lanes);

  std::size_t inputs() const { return input_count_; }

  /// The tree nodes into which the inputs join, left to right.
  const std::vector<TreeNode>& outputs() const { return nodes_; }

  /// Folds `size` <= kBlock elements. The sums, one for each of outputs(), are valid until the next call; one that needs no addition is the
  /// input itself.
  std::span<const float* const> operator()(std::span<const float* const> inputs, std::int64_t size);

 private:
  struct Addition {
    int left, right;  // operands: inputs first, then the buffers
    int result;       // the buffer's
  };

  std::size_t input_count_;
  std::vector<Addition> additions_;
  std::vector<TreeNode> nodes_;
  std::vector<int> outputs_;
  std::vector<float> buffers_;
  std::vector<const float*> operands_;
  std::vector<const float*> sums_;
};

/// Calls `visit(begin, size)` for the consecutive blocks of LaneFold::kBlock elements of `range`; the last may be shorter.
template <typename Visit>
void for_each_block(Range range, Visit visit) {
  for (std::int64_t begin = range.begin; begin < range.end; begin += LaneFold::kBlock) {
    visit(begin, std::min(LaneFold::kBlock, range.end - begin));
  }
}

}  // namespace galen::trainer
