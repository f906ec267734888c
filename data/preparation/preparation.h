#pragma once

#include "data/files/dataset.h"
#include "data/preparation/imputation.h"
#include "data/preparation/scaling.h"
#include "data/preparation/table_preparation.h"
#include "data/transforms/transforms.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::data {

struct PreparationOptions {
  ScalingMethod scaling = ScalingMethod::kUnit;
  ImputationMethod impute = ImputationMethod::kNone;  ///< For tables.
  bool missing_indicator = false;    ///< Append a feature, 1 where a value is missing and else 0, for each feature with gaps in training.
  TransformOptions transforms = {};  ///< Of images, volumes and signals.
  std::int64_t max_length = 0;       ///< Tokens that are kept of a longer text; 0: as many as galen import kept.
};

std::vector<Option> describe(PreparationOptions& options);

/// What is done to a sample before the model sees it, fitted on the training split and saved with the model.
struct Preparation {
  TransformOptions transforms = {};
  Imputation imputation = {};
  Scaling scaling = {};         ///< of numbers
  std::int64_t max_length = 0;  ///< of texts: tokens that are kept; 0: the samples are numbers

  /// For models of f64 inputs, whose samples are rows of a table; then it takes the place of all of the above.
  std::optional<TablePreparation> table = {};
};

/// What is known before values are read: transforms and length, which with the indicators of a table settle output_shape(). Options that
/// are not for such samples throw galen::UsageError. Of the samples, those of a table with options.missing_indicator alone are read.
Preparation outline_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training);

/// Completes an outline of the same options, with passes over the samples in `training`. Scaling is measured on transformed samples
/// (without the random ones), and on the values that are there, not on those that imputation fills in. The outcome is that of
/// scikit-learn's make_pipeline(StandardScaler(), SimpleImputer(strategy=…, add_indicator=…)), fitted on `training`. Missing values without
/// imputation throw galen::Error that names sample and feature.
void fit_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training,
                     Preparation& preparation);

/// Both, one after the other.
Preparation make_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training);

/// Of one sample, as the model sees it: `input_shape` transformed, for a table with the indicators behind the features; [max_length] for
/// texts, whose batches may be shorter.
std::vector<std::int64_t> output_shape(const Preparation& preparation, std::vector<std::int64_t> input_shape);

/// Prepares one row of a table, [F] into [output_shape()], maybe in the same place: indicators are set, gaps filled, then all features
/// scaled; indicators are not. A gap in a feature that had none in training is filled like any other. Samples of other shapes: see
/// Converter.
void prepare_row(const Preparation& preparation, const float* row, float* prepared);

}  // namespace galen::data
