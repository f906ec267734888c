#pragma once

#include "data/files/dataset.h"
#include "galen/enum_names.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

class Transforms;

/// x → (x - mean) / deviation, for each channel (images, signals) or feature (tables). Part of a saved model: new data is scaled as the
/// training data was.
struct Scaling {
  std::vector<float> mean;
  std::vector<float> deviation;  ///< > 0
};

/// kNone: values as they are. kUnit: 0 … 1 by their range, as a rule that of the stored type (floating point stays as it is; of integers of
/// more than 16 bits it is the range of the training split's values, for tables feature by feature). kStandardize: to mean 0 and deviation
/// 1 over the training split; a constant channel keeps deviation 1.
enum class ScalingMethod { kUnit, kStandardize, kNone };
constexpr auto enum_names(ScalingMethod) {
  return std::to_array<EnumName<ScalingMethod>>(
      {{ScalingMethod::kUnit, "unit"}, {ScalingMethod::kStandardize, "standardize"}, {ScalingMethod::kNone, "none"}});
}

/// Of samples that `transforms` have made (data.prepare alone), fitted on `training`, which is the training split alone. Floating-point
/// inputs are searched for infinity and NaN on the way; a finding throws galen::Error that names dataset, sample and feature. With
/// `may_miss` NaN is a missing value, which mean and deviation pass over.
Scaling make_scaling(ScalingMethod method, const Dataset& dataset, std::span<const std::int64_t> training, const Transforms& transforms,
                     bool may_miss = false);

/// Whether the stored type's range says nothing of the values: integers of more than 16 bits.
bool is_of_wide_type(const Dataset& dataset);

/// Throws galen::Error where one of the samples holds NaN or infinity; names dataset, sample and feature. Texts hold none.
void check_finite(const Dataset& dataset, std::span<const std::int64_t> samples);

}  // namespace galen::data
