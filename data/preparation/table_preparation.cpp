#include "data/preparation/table_preparation.h"

#include <fmt/format.h>

#include <cmath>
#include <cstddef>

namespace galen::data {

void prepare_row(const TablePreparation& preparation, const double* row, double* prepared) {
  const auto& [fill, indicators, mean, deviation] = preparation;
  const std::size_t features = mean.size();
  for (std::size_t i = 0; i < indicators.size(); ++i) prepared[features + i] = std::isnan(row[indicators[i]]) ? 1 : 0;
  for (std::size_t f = 0; f < features; ++f) {
    const double value = !fill.empty() && std::isnan(row[f]) ? fill[f] : row[f];
    prepared[f] = (value - mean[f]) / deviation[f];
  }
}

std::vector<std::string> column_names(const TablePreparation& preparation, std::span<const std::string> features) {
  std::vector<std::string> names(features.begin(), features.end());
  for (std::int64_t f = static_cast<std::int64_t>(names.size()); f < preparation.features(); ++f) {
    names.push_back(fmt::format("column_{}", f + 1));
  }
  for (const std::int64_t feature : preparation.indicators) names.push_back(names[static_cast<std::size_t>(feature)] + " missing");
  return names;
}

}  // namespace galen::data
