#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace galen::trainer {

/// f32 vectors sent as bfloat16, with error feedback (Seide et al., "1-bit stochastic gradient descent", 2014): the rounding error of a
/// vector is added to the next one in the same place, so that nothing is lost over the steps.
class Bfloat16Codec {
 public:
  /// `size`: of the vectors passed to encode().
  explicit Bfloat16Codec(std::size_t size) : residual_(size) {}

  /// Rounds the elements [begin, begin + values.size()) of a step's vector to nearest (ties to even). Infinity and NaN are
  /// preserved.
  void encode(std::span<const float> values, std::size_t begin, std::span<std::uint16_t> encoded);

  static void decode(std::span<const std::uint16_t> encoded, std::span<float> values);

 private:
  std::vector<float> residual_;
};

}  // namespace galen::trainer
