#include "trainer/gradient/exchange/bfloat16_codec.h"

#include <bit>

namespace galen::trainer {

namespace {

constexpr std::uint32_t kExponent = 0x7f800000;

bool is_finite(float value) { return (std::bit_cast<std::uint32_t>(value) & kExponent) != kExponent; }

float widened(std::uint16_t half) { return std::bit_cast<float>(static_cast<std::uint32_t>(half) << 16); }

// A bfloat16 is the upper half of a float. Rounding could clear the last set bit of a NaN, so one is set.
std::uint16_t rounded(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if (value != value) return static_cast<std::uint16_t>((bits >> 16) | 0x40);
  const std::uint32_t ties_to_even = 0x7fff + ((bits >> 16) & 1);
  return static_cast<std::uint16_t>((bits + ties_to_even) >> 16);
}

}  // namespace

void Bfloat16Codec::encode(std::span<const float> values, std::size_t begin, std::span<std::uint16_t> encoded) {
  float* residual = residual_.data() + begin;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float wanted = values[i] + residual[i];
    encoded[i] = rounded(wanted);
    const float error = wanted - widened(encoded[i]);
    residual[i] = is_finite(error) ? error : 0.0f;
  }
}

void Bfloat16Codec::decode(std::span<const std::uint16_t> encoded, std::span<float> values) {
  for (std::size_t i = 0; i < encoded.size(); ++i) values[i] = widened(encoded[i]);
}

}  // namespace galen::trainer
