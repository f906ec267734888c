#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// f32 vectors as bfloat16 on the wire, with error feedback (Seide et al., "1-bit stochastic gradient descent", 2014): what rounding takes
/// from a vector is added to the next one in the same place, so that nothing is lost over the steps.
class Bfloat16Codec {
 public:
  /// `size`: of the vectors that encode() takes.
  explicit Bfloat16Codec(std::size_t size) : residual_(size) {}

  /// The elements [begin, begin + values.size()) of a step's vector, rounded to the nearest (ties to even). Infinity and NaN stay what
  /// they are.
  void encode(std::span<const float> values, std::size_t begin, std::span<std::uint16_t> encoded);

  static void decode(std::span<const std::uint16_t> encoded, std::span<float> values);

 private:
  std::vector<float> residual_;
};

}  // namespace galen::trainer
