#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// How samples of different sizes are made one size.
class SampleSize {
 public:
  /// `size`: [H, W] or [D, H, W] that all samples get; empty: they stay as they are. `fit`: pad (voxels stay as they are, borders are cut
  /// off or filled up on all sides alike), resample (the whole image is scaled), auto (pad for volumes, resample for images). What does not
  /// go with samples of `dimensions` spatial dimensions throws galen::UsageError. `fill`: what padding holds: a number, or min, the
  /// smallest value of each channel of each image.
  SampleSize(const std::vector<std::int64_t>& size, const std::string& fit, std::size_t dimensions, const std::string& fill = "min");

  bool is_given() const { return !size_.empty(); }
  const std::vector<std::int64_t>& size() const { return size_; }  ///< [spatial…]; empty where samples stay as they are

  /// The number that padding holds; none where it is the smallest value, or nothing is padded.
  std::optional<double> fill() const { return is_given() && pads_ ? fill_ : std::nullopt; }

  /// `image` [C, spatial…] f32 in the new size. Scaling is linear and smooths what it shrinks.
  at::Tensor fit_image(const at::Tensor& image) const;

  /// `mask` [spatial…] u8 in the new size: padding is 0, scaling takes the nearest voxel.
  at::Tensor fit_mask(const at::Tensor& mask) const;

  /// Distances between voxels of a sample of size `from`, after the change.
  std::vector<double> fit_spacing(std::vector<double> spacing, const std::vector<std::int64_t>& from) const;

 private:
  std::vector<std::int64_t> size_;
  bool pads_ = false;
  std::optional<double> fill_;
};

/// Where a sample comes from, and its shape as it is there, [C, spatial…].
struct SampleShape {
  std::string item;
  std::vector<std::int64_t> shape;
};

/// The shape that all samples get. Where they differ and `size` does not help, throws galen::Error that names two of them and the option.
std::vector<std::int64_t> common_shape(const std::vector<SampleShape>& samples, const SampleSize& size);

/// [N, spatial…] f32 out of each sample's; undefined where none is known.
at::Tensor spacing_tensor(const std::vector<std::vector<double>>& spacings);

}  // namespace galen::data
