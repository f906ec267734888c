#include "data/formats/images/image_conversion.h"

#include <ATen/ops/_upsample_bilinear2d_aa.h>

namespace galen::data {
namespace {

// The weights in 1/65536, as Pillow and libjpeg have them: 8-bit results are theirs.
at::Tensor luma(const at::Tensor& pixels) {
  const bool whole = pixels.scalar_type() != at::kFloat;
  const at::Tensor wide = pixels.to(whole ? at::kLong : at::kDouble);
  at::Tensor sum = wide.select(0, 0).mul(19595).add(wide.select(0, 1), 38470).add(wide.select(0, 2), 7471);
  sum = whole ? sum.add(0x8000).div(65536, "floor") : sum.div(65536);
  return sum.to(pixels.scalar_type()).unsqueeze(0);
}

at::Tensor resize(const at::Tensor& pixels, const std::vector<std::int64_t>& size) {
  const bool flat = pixels.dim() == 3;
  const at::Tensor planes = (flat ? pixels.unsqueeze(0) : pixels).to(at::kFloat);
  at::Tensor resized = at::_upsample_bilinear2d_aa(planes, size, /*align_corners=*/false);
  if (flat) resized = resized.squeeze(0);
  return pixels.scalar_type() == at::kFloat ? resized : resized.round().to(pixels.scalar_type());
}

}  // namespace

ImageForm converted(ImageForm form, const ImageOptions& options, const std::vector<std::int64_t>& size) {
  if (options.grey) form.channels = 1;
  if (options.rgb) form.channels = 3;
  if (!size.empty()) {
    form.height = size[0];
    form.width = size[1];
  }
  return form;
}

at::Tensor convert(const at::Tensor& pixels, const ImageOptions& options, const std::vector<std::int64_t>& size) {
  at::Tensor result = pixels;
  if (options.grey && result.size(0) == 3) result = luma(result);
  if (!size.empty() && result.sizes().slice(result.dim() - 2) != at::IntArrayRef(size)) result = resize(result, size);
  if (options.rgb && result.size(0) == 1)
    result = result.expand(result.dim() == 3 ? at::IntArrayRef{3, -1, -1} : at::IntArrayRef{3, -1, -1, -1});
  return result.contiguous();
}

}  // namespace galen::data
