#pragma once

#include "data/files/dataset.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

/// Mean, (population) standard deviation and how many values are missing (NaN or infinite), of each channel or feature.
struct Moments {
  std::vector<double> mean;
  std::vector<double> deviation;
  std::vector<std::int64_t> missing;
};

/// Those of samples that come in blocks; two-pass-stable in f64. The last bits depend on how the samples are cut into blocks.
class MomentsOfBlocks {
 public:
  explicit MomentsOfBlocks(std::int64_t channels) : channels_(static_cast<std::size_t>(channels)) {}

  void add(const at::Tensor& block);  ///< [n, channels, …] f32, contiguous
  Moments moments() const;

 private:
  struct Channel {
    double count = 0;
    double mean = 0;
    double squares = 0;  ///< sum of squared deviations

    static Channel of(const at::Tensor& block, std::int64_t channel);
    void merge(const Channel& block);
  };

  std::vector<Channel> channels_;
  double values_ = 0;  // of each channel
};

/// Those of samples that are read from a data set, in order.
Moments measure(const Dataset& dataset, std::span<const std::int64_t> samples);

/// Those of samples that come one after the other, before they are in a data set: bit for bit what measure() will find there.
class StreamedMoments {
 public:
  /// `sample_shape`: channels first. `samples`: how many there will be.
  StreamedMoments(std::vector<std::int64_t> sample_shape, std::int64_t samples);

  void add(const at::Tensor& samples);  ///< the next ones, [n, sample shape…] of any type
  Moments finish();                     ///< after the last

 private:
  MomentsOfBlocks measured_;
  at::Tensor block_;
  std::int64_t filled_ = 0;
};

}  // namespace galen::data
