#include "data/preparation/gather.h"

#include "galen/instruction_sets.h"

#include <c10/util/Exception.h>

#include <cstring>
#include <type_traits>
#include <utility>

namespace galen::data {

namespace {

// As many values as a vector of the instruction set holds. Blocks are spelt out because compilers do not turn rows round by themselves, and
// leave the rest of a row, which may be much of a short one, to scalars.
template <int kSize, typename Value>
using Block [[gnu::vector_size(kSize * sizeof(Value))]] = Value;

template <int... kPlaces>
GALEN_INLINE void reverse(Block<sizeof...(kPlaces), float>& values, std::integer_sequence<int, kPlaces...>) {
  values = __builtin_shufflevector(values, values, (static_cast<int>(sizeof...(kPlaces)) - 1 - kPlaces)...);
}

template <int kSize, bool kBackwards, typename Stored>
GALEN_INLINE void scale_block(const Stored* from, float* to, float mean, float deviation) {
  Block<kSize, float> values;
  if constexpr (std::is_same_v<Stored, float>) {
    std::memcpy(&values, from, sizeof(values));
  } else if constexpr (std::is_same_v<Stored, double>) {
    Block<kSize, double> wide;
    std::memcpy(&wide, from, sizeof(wide));
    values = __builtin_convertvector(wide, Block<kSize, float>);
  } else {
    std::int32_t wide[kSize];
    for (int i = 0; i < kSize; ++i) wide[i] = from[i];
    Block<kSize, std::int32_t> integers;
    std::memcpy(&integers, wide, sizeof(integers));
    values = __builtin_convertvector(integers, Block<kSize, float>);
  }
  values = (values - mean) / deviation;
  if constexpr (kBackwards) reverse(values, std::make_integer_sequence<int, kSize>());
  std::memcpy(to, &values, sizeof(values));
}

// The last block takes some values again rather than fewer.
template <int kSize, bool kBackwards, typename Stored>
GALEN_INLINE void scale_row(const Stored* from, float* to, std::int64_t size, float mean, float deviation) {
  if (size < kSize) {
    for (std::int64_t i = 0; i < size; ++i) to[kBackwards ? size - 1 - i : i] = (static_cast<float>(from[i]) - mean) / deviation;
    return;
  }
  const std::int64_t last = size - kSize;
  for (std::int64_t i = 0; i < last; i += kSize) {
    scale_block<kSize, kBackwards>(from + i, to + (kBackwards ? last - i : i), mean, deviation);
  }
  scale_block<kSize, kBackwards>(from + last, to + (kBackwards ? 0 : last), mean, deviation);
}

GALEN_INLINE void fill(float* to, std::int64_t size, float value) {
  for (std::int64_t i = 0; i < size; ++i) to[i] = value;
}

template <int kSize, typename Stored>
GALEN_INLINE void gather_loop(const View& view, const Grid& grid, const Stored* sample, const float* mean, const float* deviation,
                              float* result) {
  const auto& [depth, height, width] = view.axis;
  const std::int64_t row = width.extent;
  const std::int64_t inside = width.inside_end - width.inside_begin;
  const std::int64_t first = width.direction > 0 ? width.source(width.inside_begin) : width.source(width.inside_end - 1);
  const bool whole_rows = height.direction > 0 && width.direction > 0 && inside == row && row == grid.extent[2];  // follow one another
  const std::int64_t rows = height.inside_end - height.inside_begin;
  const std::int64_t runs = whole_rows && rows > 0 ? 1 : rows;
  const std::int64_t run = whole_rows ? row * rows : inside;

  for (std::int64_t c = 0; c < grid.channels; ++c) {
    const float padding = (view.fill.number - mean[c]) / deviation[c];
    for (std::int64_t d = 0; d < depth.extent; ++d, result += height.extent * row) {
      if (!depth.is_inside(d)) {
        fill(result, height.extent * row, padding);
        continue;
      }
      const Stored* plane = sample + (c * grid.extent[0] + depth.source(d)) * grid.extent[1] * grid.extent[2];
      fill(result, height.inside_begin * row, padding);
      for (std::int64_t i = 0; i < runs; ++i) {
        const std::int64_t h = height.inside_begin + i;
        const Stored* from = plane + height.source(h) * grid.extent[2] + first;
        float* to = result + h * row;
        fill(to, width.inside_begin, padding);
        if (width.direction > 0) {
          scale_row<kSize, false>(from, to + width.inside_begin, run, mean[c], deviation[c]);
        } else {
          scale_row<kSize, true>(from, to + width.inside_begin, run, mean[c], deviation[c]);
        }
        fill(to + width.inside_end, row - width.inside_end, padding);
      }
      fill(result + height.inside_end * row, (height.extent - height.inside_end) * row, padding);
    }
  }
}

#define GALEN_GATHER(SUFFIX, ATTRIBUTE, SIZE)                                                                                         \
  template <typename Stored>                                                                                                          \
  ATTRIBUTE void gather_##SUFFIX(const View& view, const Grid& grid, const Stored* sample, const float* mean, const float* deviation, \
                                 float* result) {                                                                                     \
    gather_loop<SIZE>(view, grid, sample, mean, deviation, result);                                                                   \
  }

GALEN_GATHER(avx512, GALEN_AVX512, 16)
GALEN_GATHER(avx2, GALEN_AVX2, 8)
GALEN_GATHER(portable, GALEN_PORTABLE, 4)

}  // namespace

template <typename Stored>
const std::vector<Gather<Stored>>& gathers() {
  static const std::vector<Gather<Stored>> variants =
      runnable<Gather<Stored>>(gather_avx512<Stored>, gather_avx2<Stored>, gather_portable<Stored>);
  return variants;
}

template <typename Stored>
void gather(const View& view, const Grid& grid, const Stored* sample, const Scaling& scaling, float* result) {
  TORCH_CHECK(static_cast<std::int64_t>(scaling.mean.size()) == grid.channels && scaling.deviation.size() == scaling.mean.size(),
              "a scaling of ", scaling.mean.size(), " channels for ", grid.channels);
  TORCH_CHECK(view.has_one_padding(), "a view whose padding depends on the sample");
  gathers<Stored>().front()(view, grid, sample, scaling.mean.data(), scaling.deviation.data(), result);
}

#define GALEN_STORED(TYPE)                             \
  template const std::vector<Gather<TYPE>>& gathers(); \
  template void gather(const View&, const Grid&, const TYPE*, const Scaling&, float*);

GALEN_STORED(std::uint8_t)
GALEN_STORED(std::uint16_t)
GALEN_STORED(std::int16_t)
GALEN_STORED(std::int32_t)
GALEN_STORED(float)
GALEN_STORED(double)

}  // namespace galen::data
