#include "models/pool_relu_kernels.h"

#include "galen/instruction_sets.h"

#include <algorithm>
#include <bit>

namespace galen::models {
namespace {

constexpr std::uint8_t kNone = 4;

GALEN_INLINE void pool_window(const float* top, const float* bottom, const float* bias, std::int64_t channels, float* output,
                              std::uint8_t* winners) {
#pragma GCC ivdep
  for (std::int64_t c = 0; c < channels; ++c) {
    const float values[4] = {top[c], top[c + channels], bottom[c], bottom[c + channels]};
    float largest = values[0];
    std::int32_t winner = 0;
    for (std::int32_t i = 1; i < 4; ++i) {
      const bool wins = (values[i] > largest) | (values[i] != values[i]);
      largest = wins ? values[i] : largest;
      winner = wins ? i : winner;
    }
    largest += bias[c];
    const bool dead = largest <= 0;
    output[c] = dead ? 0.0f : largest;
    winners[c] = static_cast<std::uint8_t>(dead ? kNone : winner);
  }
}

GALEN_INLINE void spread_window(const float* output, const std::uint8_t* winners, std::int64_t channels, float* top, float* bottom) {
#pragma GCC ivdep
  for (std::int64_t c = 0; c < channels; ++c) {
    // Masks instead of conditions: compilers make branches or masked loads of those.
    const auto gradient = std::bit_cast<std::uint32_t>(output[c]);
    const std::uint32_t winner = winners[c];
    const auto if_winner_is = [&](std::uint32_t place) { return std::bit_cast<float>(gradient & (0u - (winner == place))); };
    top[c] = if_winner_is(0);
    top[c + channels] = if_winner_is(1);
    bottom[c] = if_winner_is(2);
    bottom[c + channels] = if_winner_is(3);
  }
}

GALEN_INLINE void pool_all(const PooledImages& images, const float* input, const float* bias, float* output, std::uint8_t* winners) {
  const std::int64_t row = images.width * images.channels;
  for (std::int64_t n = 0; n < images.count; ++n, input += images.height * row) {
    for (std::int64_t y = 0; y + 1 < images.height; y += 2) {
      const float* top = input + y * row;
      for (std::int64_t x = 0; x + 1 < images.width; x += 2, top += 2 * images.channels) {
        pool_window(top, top + row, bias, images.channels, output, winners);
        output += images.channels;
        winners += images.channels;
      }
    }
  }
}

// A last odd row or column belongs to no window.
GALEN_INLINE void spread_all(const PooledImages& images, const float* output, const std::uint8_t* winners, float* input) {
  const std::int64_t row = images.width * images.channels;
  for (std::int64_t n = 0; n < images.count; ++n, input += images.height * row) {
    for (std::int64_t y = 0; y + 1 < images.height; y += 2) {
      float* top = input + y * row;
      for (std::int64_t x = 0; x + 1 < images.width; x += 2, top += 2 * images.channels) {
        spread_window(output, winners, images.channels, top, top + row);
        output += images.channels;
        winners += images.channels;
      }
      if (images.width % 2 == 1) {
        std::fill_n(top, images.channels, 0.0f);
        std::fill_n(top + row, images.channels, 0.0f);
      }
    }
    if (images.height % 2 == 1) std::fill_n(input + (images.height - 1) * row, row, 0.0f);
  }
}

GALEN_INLINE void sum_all(const PooledImages& images, const float* output, const std::uint8_t* winners, float* sums) {
  const std::int64_t windows = (images.height / 2) * (images.width / 2);
  std::fill_n(sums, images.count * images.channels, 0.0f);
  for (std::int64_t n = 0; n < images.count; ++n, sums += images.channels) {
    for (std::int64_t w = 0; w < windows; ++w, output += images.channels, winners += images.channels) {
#pragma GCC ivdep
      for (std::int64_t c = 0; c < images.channels; ++c) {
        const auto gradient = std::bit_cast<std::uint32_t>(output[c]);
        sums[c] += std::bit_cast<float>(gradient & (0u - (winners[c] != kNone)));
      }
    }
  }
}

#define GALEN_POOL_KERNELS(SUFFIX, ATTRIBUTE)                                                                                       \
  ATTRIBUTE void pool_##SUFFIX(const PooledImages& images, const float* in, const float* bias, float* out, std::uint8_t* winners) { \
    pool_all(images, in, bias, out, winners);                                                                                       \
  }                                                                                                                                 \
  ATTRIBUTE void spread_##SUFFIX(const PooledImages& images, const float* out, const std::uint8_t* winners, float* in) {            \
    spread_all(images, out, winners, in);                                                                                           \
  }                                                                                                                                 \
  ATTRIBUTE void sum_##SUFFIX(const PooledImages& images, const float* out, const std::uint8_t* winners, float* sums) {             \
    sum_all(images, out, winners, sums);                                                                                            \
  }                                                                                                                                 \
  constexpr Kernels SUFFIX{pool_##SUFFIX, spread_##SUFFIX, sum_##SUFFIX};

struct Kernels {
  void (*pool)(const PooledImages&, const float*, const float*, float*, std::uint8_t*);
  void (*spread)(const PooledImages&, const float*, const std::uint8_t*, float*);
  void (*sum)(const PooledImages&, const float*, const std::uint8_t*, float*);
};

GALEN_POOL_KERNELS(avx512, GALEN_AVX512)
GALEN_POOL_KERNELS(avx2, GALEN_AVX2)
GALEN_POOL_KERNELS(portable, GALEN_PORTABLE)

const Kernels& best_kernels() {
  static const Kernels kernels = runnable(avx512, avx2, portable).front();
  return kernels;
}

}  // namespace

void pool_relu(const PooledImages& images, const float* input, const float* bias, float* output, std::uint8_t* winners) {
  best_kernels().pool(images, input, bias, output, winners);
}

void pool_relu_backward(const PooledImages& images, const float* output, const std::uint8_t* winners, float* input) {
  best_kernels().spread(images, output, winners, input);
}

void pool_relu_bias_backward(const PooledImages& images, const float* output, const std::uint8_t* winners, float* sums) {
  best_kernels().sum(images, output, winners, sums);
}

}  // namespace galen::models
