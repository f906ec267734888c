#pragma once

#include "data/files/channel_moments.h"
#include "data/files/subset.h"
#include "data/hdf5/hdf5.h"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace galen::data {

/// Mean and deviation of the training split (of all samples where there is none), found while the samples go by in their order.
class TrainingMoments {
 public:
  TrainingMoments(const std::vector<Subset>& split, std::int64_t size, const std::vector<std::int64_t>& sample_shape);

  /// Samples first, first + 1 …, [n, sample shape…].
  void add(std::int64_t first, const at::Tensor& values);

  /// After the last one: writes them as attributes of `input`.
  void write(hdf5::Array& input);

 private:
  std::vector<std::int64_t> measured_;  ///< samples, in order
  std::size_t next_ = 0;                ///< of them, that has not gone by yet
  StreamedMoments moments_;
};

}  // namespace galen::data
