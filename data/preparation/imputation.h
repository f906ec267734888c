#pragma once

#include "data/files/dataset.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// What stands in for a table's missing values (NaN). Part of a saved model: new patients are filled in from the training patients.
struct Imputation {
  std::vector<float> fill = {};               ///< of each feature; empty: missing values stay NaN
  std::vector<std::int64_t> indicators = {};  ///< features whose gaps the model sees, ascending
};

/// Another method, an indicator without one, or samples that are no table ([F]) throw galen::UsageError. Reads no sample.
void check_imputation(const std::string& method, bool indicator, const Dataset& dataset);

/// none: nothing is filled in. mean, median or most_frequent (the smallest of several) of each feature's values in `training`, which is the
/// training split alone; median and mean are computed in f64. `indicator`: the model sees gaps in those features that have some in
/// `training`. As scikit-learn's SimpleImputer has them. Throws what check_imputation() does; a feature without any value in `training`
/// throws galen::Error that names it.
Imputation make_imputation(const std::string& method, bool indicator, const Dataset& dataset, std::span<const std::int64_t> training);

}  // namespace galen::data
