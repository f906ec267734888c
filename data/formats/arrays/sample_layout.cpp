#include "data/formats/arrays/sample_layout.h"

#include <algorithm>

namespace galen::data {

constexpr std::int64_t kMostChannels = 4;

std::optional<SampleLayout> SampleLayout::recognise(std::span<const std::int64_t> array_shape) {
  if (array_shape.size() < 3 || array_shape.size() > 5) return std::nullopt;
  std::vector<std::int64_t> shape(array_shape.begin() + 1, array_shape.end());
  if (std::any_of(shape.begin(), shape.end(), [](std::int64_t size) { return size < 1; })) return std::nullopt;

  if (shape.size() > 2 && shape.back() <= kMostChannels) {
    std::rotate(shape.begin(), shape.end() - 1, shape.end());
    return SampleLayout(Channels::kLast, shape);
  }
  if (shape.size() == 4 || (shape.size() == 3 && shape.front() <= kMostChannels)) return SampleLayout(Channels::kFirst, shape);
  shape.insert(shape.begin(), 1);
  return SampleLayout(Channels::kNone, shape);
}

SampleLayout::SampleLayout(Channels channels, std::vector<std::int64_t> sample_shape)
    : channels_(channels), sample_shape_(std::move(sample_shape)) {}

at::Tensor SampleLayout::arrange(const at::Tensor& samples) const {
  switch (channels_) {
    case Channels::kNone:
      return samples.unsqueeze(1).contiguous();
    case Channels::kFirst:
      return samples.contiguous();
    case Channels::kLast:
      return samples.movedim(-1, 1).contiguous();
  }
  return {};
}

}  // namespace galen::data
