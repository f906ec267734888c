#include "trainer/gradient/arena/lane_fold.h"

#include "trainer/gradient/arena/vector_kernels.h"

#include <algorithm>

namespace galen::trainer {

LaneFold::LaneFold(const std::vector<TreeNode>& inputs, std::int64_t lanes) : input_count_(inputs.size()) {
  const auto first_buffer = static_cast<int>(input_count_);
  int buffers = 0;
  std::vector<int> free;
  const auto join = [&](int left, int right) {
    // The sum may replace either operand, if that is a buffer.
    if (right >= first_buffer && left >= first_buffer) free.push_back(right);
    int result = left >= first_buffer ? left : right;
    if (result < first_buffer) {
      if (free.empty()) free.push_back(first_buffer + buffers++);
      result = free.back();
      free.pop_back();
    }
    additions_.push_back({left, right, result});
    return result;
  };

  LaneTree<int> tree(lanes);
  for (std::size_t i = 0; i < inputs.size(); ++i) tree.push(inputs[i], static_cast<int>(i), join);
  for (const auto& subtree : tree.subtrees()) {
    nodes_.push_back(subtree.node);
    outputs_.push_back(subtree.value);
  }
  buffers_.resize(static_cast<std::size_t>(buffers) * kBlock);
  operands_.resize(input_count_ + static_cast<std::size_t>(buffers));
  for (std::size_t b = 0; b < static_cast<std::size_t>(buffers); ++b) operands_[input_count_ + b] = buffers_.data() + b * kBlock;
  sums_.resize(outputs_.size());
}

std::span<const float* const> LaneFold::operator()(std::span<const float* const> inputs, std::int64_t size) {
  std::copy(inputs.begin(), inputs.end(), operands_.begin());
  for (const auto& [left, right, result] : additions_) {
    float* sum = buffers_.data() + (static_cast<std::size_t>(result) - input_count_) * kBlock;
    vector_kernels().add(sum, operands_[left], operands_[right], size);
  }
  for (std::size_t i = 0; i < outputs_.size(); ++i) sums_[i] = operands_[outputs_[i]];
  return sums_;
}

}  // namespace galen::trainer
