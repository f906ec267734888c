#include "data/preparation.h"

#include <c10/util/Exception.h>

#include <cmath>

namespace galen::data {

Preparation make_preparation(const PreparationOptions& options, const Dataset& dataset, std::span<const std::int64_t> training) {
  Preparation preparation;
  preparation.transforms = options.transforms;
  const Transforms transforms =
      make_transforms(options.transforms, dataset.input_shape(), {dataset.input_minimum(), dataset.input_maximum()});
  preparation.imputation = make_imputation(options.impute, options.missing_indicator, dataset, training);
  preparation.scaling = make_scaling(options.scaling, dataset, training, transforms, /*may_miss=*/options.impute != "none");
  return preparation;
}

Transforms make_transforms(const TransformOptions& options, const std::vector<std::int64_t>& input_shape, ValueRange range) {
  return {options, input_shape, range};
}

std::vector<std::int64_t> output_shape(const Preparation& preparation, std::vector<std::int64_t> input_shape) {
  const auto indicators = static_cast<std::int64_t>(preparation.imputation.indicators.size());
  input_shape = make_transforms(preparation.transforms, input_shape).output_shape();
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
