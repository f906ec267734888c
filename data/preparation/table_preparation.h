#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// What is done to a row of a table before a model of f64 inputs sees it: gaps filled, indicators appended, features scaled. In f64, and
/// rounded once an operation. Fitted on the training split and saved with the model, to the last bit.
///
/// The rule of precision, for tables. A model of f32 inputs (models::Model::input_type(), the default) gets values that were rounded to f32
/// as they were read, and prepared in f32 by what was fitted on such values: what it learns does not depend on whether the file stores f64
/// or the f32 nearest to it. A model of f64 inputs gets the stored numbers, prepared by this: they are as good as the file, and a file in
/// f32 is taken for the doubles that it holds.
struct TablePreparation {
  std::vector<double> fill = {};              ///< of each feature; empty: missing values stay NaN
  std::vector<std::int64_t> indicators = {};  ///< features that have an indicator of their gaps, ascending
  std::vector<double> mean = {};              ///< of each feature
  std::vector<double> deviation = {};         ///< of each feature, > 0; a feature that is constant in training has 1, and becomes 0

  bool operator==(const TablePreparation&) const = default;

  std::int64_t features() const { return static_cast<std::int64_t>(mean.size()); }
  std::int64_t columns() const { return features() + static_cast<std::int64_t>(indicators.size()); }  ///< of a prepared row
};

/// `row`: [features()], in the first places of `prepared`, [columns()], or elsewhere. Indicators are not scaled.
void prepare_row(const TablePreparation& preparation, const double* row, double* prepared);

/// Names of the columns of a prepared row: those of the features (column_1 … where the table names none), then "NAME missing".
std::vector<std::string> column_names(const TablePreparation& preparation, std::span<const std::string> features);

}  // namespace galen::data
