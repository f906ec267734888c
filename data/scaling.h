#pragma once

#include "data/dataset.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// x → (x - mean) / deviation, for each channel (images, signals) or feature (tables). Part of a saved model: new data is scaled as the
/// training data was.
struct Scaling {
  std::vector<float> mean;
  std::vector<float> deviation;  ///< > 0
};

/// none: values as they are. unit: 0 … 1 by the stored type's range (floating point stays as it is). standardize: to mean 0 and
/// deviation 1 over `training`, which is the training split alone; a constant channel keeps deviation 1. Any other name throws
/// galen::UsageError. Floating-point inputs are searched for NaN and infinity on the way; a finding throws galen::Error that names
/// dataset, sample and feature.
Scaling make_scaling(const std::string& method, const Dataset& dataset, std::span<const std::int64_t> training);

/// Scales samples: `values` [n, channels or features, …] u8 or f32 into `scaled`, of the same shape, f32; both contiguous, and the same
/// tensor if need be. Each value becomes (x - mean) / deviation in f32, no more and no less.
void scale(const Scaling& scaling, const at::Tensor& values, at::Tensor& scaled);

/// Mean, (population) standard deviation and how many values are missing (NaN), of each channel or feature over `samples`; two-pass-stable
/// in f64.
struct Moments {
  std::vector<double> mean;
  std::vector<double> deviation;
  std::vector<std::int64_t> missing;
};
Moments measure(const Dataset& dataset, std::span<const std::int64_t> samples);

}  // namespace galen::data
