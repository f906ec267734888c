#include "data/preparation/imputation.h"

#include "data/files/channel_moments.h"
#include "data/files/sample_blocks.h"
#include "data/preparation/column_summary.h"
#include "data/preparation/value_faults.h"
#include "galen/error.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace galen::data {

namespace {

constexpr std::int64_t kColumnBytes = 256 << 20;  // of columns that are in memory at a time

// Features are read in groups: a whole table may not fit into memory.
std::vector<float> summarize(const Dataset& dataset, std::span<const std::int64_t> training, double (*summary)(std::vector<float>&)) {
  const std::int64_t features = dataset.input_shape().front();
  const std::int64_t column_bytes = static_cast<std::int64_t>(training.size() * sizeof(float));
  const std::int64_t group = std::clamp<std::int64_t>(kColumnBytes / column_bytes, 1, features);
  std::vector<float> summaries;
  for (std::int64_t first = 0; first < features; first += group) {
    std::vector<std::vector<float>> columns(static_cast<std::size_t>(std::min(group, features - first)));
    for_each_block(dataset, training, [&](std::span<const std::int64_t> block, const at::Tensor& values) {
      const float* row = values.const_data_ptr<float>() + first;
      for (std::size_t i = 0; i < block.size(); ++i, row += features) {
        for (std::size_t c = 0; c < columns.size(); ++c) {
          if (!std::isnan(row[c])) columns[c].push_back(row[c]);
        }
      }
    });
    for (std::vector<float>& column : columns) summaries.push_back(static_cast<float>(summary(column)));
  }
  return summaries;
}

void check_values(const Moments& moments, const Dataset& dataset, std::span<const std::int64_t> training) {
  for (std::size_t f = 0; f < moments.missing.size(); ++f) {
    if (moments.missing[f] < static_cast<std::int64_t>(training.size())) continue;
    refuse_empty_feature(dataset, static_cast<std::int64_t>(f));
  }
}

}  // namespace

void check_imputation(ImputationMethod method, bool indicator, const Dataset& dataset) {
  if (method == ImputationMethod::kNone) {
    if (indicator) throw UsageError("data.missing_indicator needs a data.impute that fills the gaps: mean, median or most_frequent.");
    return;
  }
  if (dataset.input_shape().size() != 1) {
    throw UsageError("data.impute = {} is for tables; a sample of {} has the shape [{}].", name_of(method), dataset.file(),
                     fmt::join(dataset.input_shape(), ", "));
  }
}

Imputation make_imputation(ImputationMethod method, bool indicator, const Dataset& dataset, std::span<const std::int64_t> training) {
  check_imputation(method, indicator, dataset);
  if (method == ImputationMethod::kNone) return {};
  const Moments moments = measure(dataset, training);
  check_values(moments, dataset, training);
  Imputation imputation;
  if (method == ImputationMethod::kMean) {
    imputation.fill.assign(moments.mean.begin(), moments.mean.end());
  } else {
    imputation.fill = summarize(dataset, training, method == ImputationMethod::kMedian ? median<float> : most_frequent<float>);
  }
  for (std::size_t f = 0; indicator && f < moments.missing.size(); ++f) {
    if (moments.missing[f] > 0) imputation.indicators.push_back(static_cast<std::int64_t>(f));
  }
  return imputation;
}

}  // namespace galen::data
