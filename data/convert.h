#pragma once

#include "data/hdf5.h"
#include "data/layout.h"
#include "data/preparation.h"

#include <cstddef>
#include <cstdint>

namespace galen::data {

/// Turns a sample as it is stored into one as a model sees it: f32, channels first, prepared. Const and safe to share between threads.
class Converter {
 public:
  /// Converts only: every value as f32.
  Converter(hdf5::Native stored, const Layout& layout);
  /// … and prepares: fills gaps in, then (x - mean) / deviation of its channel, in f32.
  Converter(hdf5::Native stored, const Layout& layout, const Preparation& preparation);

  /// `stored`: one sample, not necessarily aligned. `sample`: room for output_shape().
  void convert(const std::byte* stored, float* sample) const;

 private:
  using Run = void (*)(const std::byte* stored, std::int64_t count, float mean, float deviation, float* values);
  using Arrange = void (*)(const Layout& layout, const std::byte* stored, float* sample);

  void scale_channels(Run run, const std::byte* from, std::size_t element_bytes, float* sample) const;

  Layout layout_;
  Preparation preparation_;
  std::int64_t inner_ = 1;  ///< elements of a channel
  std::size_t stored_bytes_;
  Run run_;
  Run rescale_;  ///< f32 to f32
  Arrange arrange_;
};

/// A value that may lie at any address.
template <typename Value>
struct [[gnu::packed, gnu::may_alias]] Unaligned {
  Value value;
  operator Value() const { return value; }  // NOLINT: it is the value
};

}  // namespace galen::data
