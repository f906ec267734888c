#include "data/preparation/preparation.h"

#include "data/preparation/value_statistics.h"
#include "galen/error.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

Preparation prepare_texts(const PreparationOptions& options, const std::string& file, const Vocabulary& vocabulary) {
  if (!options.transforms.prepare.empty() || !options.transforms.augment.empty() || options.impute != ImputationMethod::kNone ||
      options.missing_indicator || options.scaling == ScalingMethod::kStandardize) {
    throw UsageError("{} holds texts: data.prepare, data.augment, data.impute, data.missing_indicator and data.scaling are for numbers.",
                     file);
  }
  if (options.max_length != 0 && (options.max_length < 3 || options.max_length > vocabulary.max_length)) {
    throw UsageError("data.max_length = {}, but galen import kept up to {} tokens of each text (--max-length). It must be 3 to {}.",
                     options.max_length, vocabulary.max_length, vocabulary.max_length);
  }
  return {.max_length = options.max_length != 0 ? options.max_length : vocabulary.max_length};
}

// What unit maps to 0 and 1: the type's range where that is close to the values'.
ValueRange range_of(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training) {
  if (options.scaling != ScalingMethod::kUnit || !is_of_wide_type(dataset) || dataset.input_shape().size() == 1) {
    return {dataset.input_minimum(), dataset.input_maximum()};
  }
  const ValueStatistics measured = full_statistics(dataset, training);
  const double low = *std::min_element(measured.minimum.begin(), measured.minimum.end());
  const double high = *std::max_element(measured.maximum.begin(), measured.maximum.end());
  return {low, high > low ? high : low + 1};
}

}  // namespace

Preparation outline_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training) {
  if (dataset.vocabulary()) return prepare_texts(options, dataset.file(), *dataset.vocabulary());
  if (options.max_length != 0) throw UsageError("data.max_length is for texts; {} holds none.", dataset.file());
  Preparation preparation;
  preparation.transforms = options.transforms;
  const Transforms checked(options.transforms, dataset.input_shape(), {dataset.input_minimum(), dataset.input_maximum()});
  check_imputation(options.impute, options.missing_indicator, dataset);
  if (options.missing_indicator) preparation.imputation = make_imputation(options.impute, options.missing_indicator, dataset, training);
  return preparation;
}

void fit_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training,
                     Preparation& preparation) {
  if (dataset.vocabulary()) return;
  if (!options.missing_indicator) preparation.imputation = make_imputation(options.impute, /*indicator=*/false, dataset, training);
  const Transforms transforms(options.transforms, dataset.input_shape(), range_of(options, dataset, training));
  preparation.scaling =
      make_scaling(options.scaling, dataset, training, transforms, /*may_miss=*/options.impute != ImputationMethod::kNone);
}

Preparation make_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training) {
  Preparation preparation = outline_preparation(options, dataset, training);
  fit_preparation(options, dataset, training, preparation);
  return preparation;
}

std::vector<std::int64_t> output_shape(const Preparation& preparation, std::vector<std::int64_t> input_shape) {
  if (preparation.max_length > 0) return {preparation.max_length};
  if (preparation.table) return {preparation.table->columns()};
  const auto indicators = static_cast<std::int64_t>(preparation.imputation.indicators.size());
  input_shape = Transforms(preparation.transforms, input_shape).output_shape();
  TORCH_CHECK(indicators == 0 || input_shape.size() == 1, "indicators are for tables");
  if (indicators > 0) input_shape.front() += indicators;
  return input_shape;
}

void prepare_row(const Preparation& preparation, const float* row, float* prepared) {
  const auto& [fill, indicators] = preparation.imputation;
  const auto& [mean, deviation] = preparation.scaling;
  const std::size_t features = mean.size();
  for (std::size_t i = 0; i < indicators.size(); ++i) prepared[features + i] = std::isnan(row[indicators[i]]) ? 1.F : 0.F;
  for (std::size_t f = 0; f < features; ++f) {
    const float value = !fill.empty() && std::isnan(row[f]) ? fill[f] : row[f];
    prepared[f] = (value - mean[f]) / deviation[f];
  }
}

}  // namespace galen::data
