#include "data/formats/sample_size.h"

#include "data/transforms/fill.h"
#include "galen/error.h"

#include <ATen/ops/_upsample_bilinear2d_aa.h>
#include <ATen/ops/_upsample_nearest_exact2d.h>
#include <ATen/ops/_upsample_nearest_exact3d.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/stack.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace galen::data {
namespace {

// Odd differences leave or cut one voxel more behind than before.
at::Tensor pad_or_crop(at::Tensor values, const std::vector<std::int64_t>& size, std::int64_t first_dimension, const at::Scalar& fill) {
  std::vector<std::int64_t> shape = values.sizes().vec();
  std::copy(size.begin(), size.end(), shape.begin() + first_dimension);
  at::Tensor result = at::full(shape, fill, values.options());
  at::Tensor inner = result;
  for (std::size_t i = 0; i < size.size(); ++i) {
    const std::int64_t dimension = first_dimension + static_cast<std::int64_t>(i);
    const std::int64_t from = values.size(dimension);
    const std::int64_t kept = std::min(from, size[i]);
    values = values.narrow(dimension, (from - kept) / 2, kept);
    inner = inner.narrow(dimension, (size[i] - kept) / 2, kept);
  }
  inner.copy_(values);
  return result;
}

at::Tensor pad_or_crop_channels(const at::Tensor& image, const std::vector<std::int64_t>& size, const std::optional<double>& fill) {
  if (fill) return pad_or_crop(image, size, 1, *fill);
  const at::Tensor values = image.contiguous();
  const std::int64_t cells = values.numel() / values.size(0);
  std::vector<at::Tensor> channels;
  for (std::int64_t c = 0; c < values.size(0); ++c) {
    channels.push_back(pad_or_crop(values[c], size, 0, smallest_finite(values.const_data_ptr<float>() + c * cells, cells)));
  }
  return at::stack(channels);
}

std::optional<double> number_of(const std::string& fill) {
  if (fill == "min") return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(fill.data(), fill.data() + fill.size(), number);
  const bool is_number = error == std::errc() && end == fill.data() + fill.size() && std::isfinite(static_cast<float>(number));
  if (!is_number) throw UsageError("--fill {} is neither a number, such as -1000, nor min.", fill);
  return number;
}

at::Tensor scale_planes(const at::Tensor& planes, std::int64_t rows, std::int64_t columns) {  // [n, H, W]
  return at::_upsample_bilinear2d_aa(planes.unsqueeze(0), {rows, columns}, /*align_corners=*/false).squeeze(0);
}

// Trilinear scaling is linear scaling along one dimension after the other.
at::Tensor scale_volume(const at::Tensor& volume, const std::vector<std::int64_t>& size) {
  const std::int64_t channels = volume.size(0);
  const std::int64_t depth = volume.size(1);
  const at::Tensor planes = scale_planes(volume.flatten(0, 1).contiguous(), size[1], size[2]);
  const at::Tensor columns = planes.view({channels, depth, size[1] * size[2]});
  return scale_planes(columns, size[0], size[1] * size[2]).view({channels, size[0], size[1], size[2]});
}

}  // namespace

SampleSize::SampleSize(const std::vector<std::int64_t>& size, const std::string& fit, std::size_t dimensions, const std::string& fill)
    : size_(size), fill_(number_of(fill)) {
  if (fit != "auto" && fit != "pad" && fit != "resample") throw UsageError("fit {} is unknown; it is one of auto, pad, resample.", fit);
  pads_ = fit == "pad" || (fit == "auto" && dimensions == 3);
  if (size_.empty()) return;
  if (size_.size() != dimensions) {
    throw UsageError("--size {} has {} numbers; the samples have {} dimensions: --size {}.", fmt::join(size_, ","), size_.size(),
                     dimensions, dimensions == 3 ? "DEPTH,HEIGHT,WIDTH" : "HEIGHT,WIDTH");
  }
  for (const std::int64_t extent : size_) {
    if (extent < 1 || extent > 65536) throw UsageError("--size {}: {} is not between 1 and 65536.", fmt::join(size_, ","), extent);
  }
}

at::Tensor SampleSize::fit_image(const at::Tensor& image) const {
  if (!is_given() || image.sizes().slice(1) == at::IntArrayRef(size_)) return image;
  if (pads_) return pad_or_crop_channels(image, size_, fill_);
  return size_.size() == 2 ? scale_planes(image, size_[0], size_[1]) : scale_volume(image, size_);
}

at::Tensor SampleSize::fit_mask(const at::Tensor& mask) const {
  if (!is_given() || mask.sizes() == at::IntArrayRef(size_)) return mask;
  if (pads_) return pad_or_crop(mask, size_, 0, 0);
  const at::Tensor batch = mask.unsqueeze(0).unsqueeze(0);
  const at::Tensor scaled = size_.size() == 2 ? at::_upsample_nearest_exact2d(batch, size_) : at::_upsample_nearest_exact3d(batch, size_);
  return scaled.squeeze(0).squeeze(0);
}

std::vector<double> SampleSize::fit_spacing(std::vector<double> spacing, const std::vector<std::int64_t>& from) const {
  if (!is_given() || pads_) return spacing;
  for (std::size_t i = 0; i < size_.size(); ++i) spacing[i] *= static_cast<double>(from[i]) / static_cast<double>(size_[i]);
  return spacing;
}

std::vector<std::int64_t> common_shape(const std::vector<SampleShape>& samples, const SampleSize& size) {
  const SampleShape& first = samples.front();
  for (const SampleShape& sample : samples) {
    if (sample.shape.front() != first.shape.front()) {
      throw Error("{} has {} channels, but {} has {}; pass --channels 1 (grey) or --channels 3 (colours), or import them separately.",
                  sample.item, sample.shape.front(), first.item, first.shape.front());
    }
    if (!size.is_given() && sample.shape != first.shape) {
      const auto text = [](const SampleShape& one) { return fmt::format("{}", fmt::join(one.shape.begin() + 1, one.shape.end(), " x ")); };
      throw Error(
          "{} is {}, but {} is {}; all samples of a data set have one size. Pass --size {} to give them all this size, and --fit pad or "
          "--fit resample for how.",
          sample.item, text(sample), first.item, text(first), fmt::join(first.shape.begin() + 1, first.shape.end(), ","));
    }
  }
  std::vector<std::int64_t> shape = first.shape;
  if (size.is_given()) std::copy(size.size().begin(), size.size().end(), shape.begin() + 1);
  return shape;
}

at::Tensor spacing_tensor(const std::vector<std::vector<double>>& spacings) {
  at::Tensor tensor =
      at::empty({static_cast<std::int64_t>(spacings.size()), static_cast<std::int64_t>(spacings.front().size())}, at::kFloat);
  auto* values = tensor.mutable_data_ptr<float>();
  bool is_known = false;
  for (const std::vector<double>& spacing : spacings) {
    for (const double distance : spacing) {
      is_known = is_known || !std::isnan(distance);
      *values++ = static_cast<float>(distance);
    }
  }
  return is_known ? tensor : at::Tensor();
}

}  // namespace galen::data
