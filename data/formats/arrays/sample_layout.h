#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace galen::data {

/// How the images of a sample-first array lie, and how they are to lie: channels first.
class SampleLayout {
 public:
  /// Reads the dimensions after the first: [H, W], [H, W, C], [C, H, W], [D, H, W], [D, H, W, C], [C, D, H, W]. A dimension of at most
  /// four at the end, else at the front, holds channels. Nothing where the array holds no images.
  static std::optional<SampleLayout> recognise(std::span<const std::int64_t> array_shape);

  const std::vector<std::int64_t>& sample_shape() const { return sample_shape_; }  ///< [C, H, W] or [C, D, H, W]

  /// Samples [n, …] as the array has them → [n, sample_shape()…], contiguous.
  at::Tensor arrange(const at::Tensor& samples) const;

 private:
  enum class Channels { kNone, kFirst, kLast };
  SampleLayout(Channels channels, std::vector<std::int64_t> sample_shape);

  Channels channels_;
  std::vector<std::int64_t> sample_shape_;
};

}  // namespace galen::data
