#pragma once

#include "data/files/dataset_writer.h"

#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::test {

/// Writes `size` u8 images [2, 3, 2] whose pixels are (7 · sample + pixel) mod 256, of classes sample mod `classes`.
inline void write_small_images(const std::string& file, std::int64_t size, std::int64_t classes = 3,
                               const std::vector<std::string>& groups = {}, const std::vector<data::Subset>& split = {},
                               int compression = 0) {
  data::DatasetDescription description{.sample_shape = {2, 3, 2}, .size = size, .task = "multiclass", .compression = compression};
  for (std::int64_t c = 0; c < classes; ++c) description.class_names.push_back("class " + std::to_string(c));
  data::DatasetWriter writer(file, description);
  const at::Tensor images = at::empty({size, 2, 3, 2}, at::kByte);
  const at::Tensor labels = at::empty({size}, at::kLong);
  for (std::int64_t i = 0; i < images.numel(); ++i) {
    images.mutable_data_ptr<std::uint8_t>()[i] = static_cast<std::uint8_t>(7 * (i / 12) + i % 12);
  }
  for (std::int64_t i = 0; i < size; ++i) labels.mutable_data_ptr<std::int64_t>()[i] = i % classes;
  if (!split.empty()) writer.set_split(split);
  writer.append(images);
  writer.set_targets(labels);
  if (!groups.empty()) writer.set_groups(groups);
  writer.finish();
}

template <typename Value>
std::vector<double> to_vector(const at::Tensor& values) {
  const auto* begin = values.const_data_ptr<Value>();
  return {begin, begin + values.numel()};
}

}  // namespace galen::test
