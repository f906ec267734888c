#pragma once

#include "data/files/dataset.h"
#include "galen/enum_names.h"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

/// What stands in for a table's missing values (NaN). Part of a saved model: new patients are filled in from the training patients.
struct Imputation {
  std::vector<float> fill = {};               ///< of each feature; empty: missing values stay NaN
  std::vector<std::int64_t> indicators = {};  ///< features whose gaps the model sees, ascending
};

/// What a missing value becomes. kMean, kMedian, kMostFrequent (the smallest of several): of its feature's values in the training split.
enum class ImputationMethod { kNone, kMean, kMedian, kMostFrequent };
constexpr auto enum_names(ImputationMethod) {
  return std::to_array<EnumName<ImputationMethod>>({{ImputationMethod::kNone, "none"},
                                                    {ImputationMethod::kMean, "mean"},
                                                    {ImputationMethod::kMedian, "median"},
                                                    {ImputationMethod::kMostFrequent, "most_frequent"}});
}

/// An indicator without a method, or samples that are no table ([F]) throw galen::UsageError. Reads no sample.
void check_imputation(ImputationMethod method, bool indicator, const Dataset& dataset);

/// Of each feature's values in `training`, which is the training split alone; median and mean are computed in f64. `indicator`: the model
/// sees gaps in those features that have some in `training`. As scikit-learn's SimpleImputer has them. Throws what check_imputation()
/// does; a feature without any value in `training` throws galen::Error that names it.
Imputation make_imputation(ImputationMethod method, bool indicator, const Dataset& dataset, std::span<const std::int64_t> training);

}  // namespace galen::data
