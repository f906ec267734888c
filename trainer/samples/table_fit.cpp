#include "trainer/samples/table_fit.h"

#include "comm/collectives.h"
#include "data/preparation/column_summary.h"
#include "data/preparation/imputation.h"
#include "data/preparation/scaling.h"
#include "data/preparation/value_faults.h"
#include "galen/range.h"
#include "trainer/lanes/lane_sums.h"
#include "trainer/samples/column_moments.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace galen::trainer {

namespace {

// The values of one column of all workers, in the order of rows.
std::vector<double> gather_column(const TableRows& rows, std::int64_t column, comm::Communicator& workers) {
  std::vector<double> mine;
  for (std::int64_t row = 0; row < rows.size(); ++row) {
    const double value = rows.values[static_cast<std::size_t>(row * rows.columns + column)];
    if (!std::isnan(value)) mine.push_back(value);
  }
  const at::Tensor all = comm::all_gather(workers, at::from_blob(mine.data(), {static_cast<std::int64_t>(mine.size())}, at::kDouble));
  const double* values = all.const_data_ptr<double>();
  return {values, values + all.numel()};
}

void fit_imputation(const data::PreparationOptions& options, const data::Dataset& dataset, const TableRows& rows,
                    const ColumnMoments& moments, comm::Communicator& workers, data::TablePreparation& preparation) {
  if (options.impute == data::ImputationMethod::kNone) return;
  std::vector<double> total = {static_cast<double>(rows.size())};
  at::Tensor of_all = at::from_blob(total.data(), {1}, at::kDouble);
  workers.all_reduce(of_all, comm::Reduction::kSum);  // whole numbers: exact in any order
  for (std::int64_t column = 0; column < rows.columns; ++column) {
    const auto c = static_cast<std::size_t>(column);
    if (moments.count[c] == 0) data::refuse_empty_feature(dataset, column);
    if (options.missing_indicator && moments.count[c] < total.front()) preparation.indicators.push_back(column);
    if (options.impute == data::ImputationMethod::kMean) {
      preparation.fill.push_back(moments.mean[c]);
    } else {
      std::vector<double> values = gather_column(rows, column, workers);
      preparation.fill.push_back(options.impute == data::ImputationMethod::kMedian ? data::median(values) : data::most_frequent(values));
    }
  }
}

// The mean of a constant column may have a rounding error, and its deviation then is above 0.
void standardize(const ColumnMoments& moments, data::TablePreparation& preparation) {
  for (std::size_t c = 0; c < moments.mean.size(); ++c) {
    const bool varies = moments.minimum[c] < moments.maximum[c] && moments.deviation[c] > 0;
    preparation.mean[c] = varies ? moments.mean[c] : moments.count[c] > 0 ? moments.minimum[c] : 0;
    preparation.deviation[c] = varies ? moments.deviation[c] : 1;
  }
}

// As in make_scaling().
void scale_to_unit(const data::Dataset& dataset, const ColumnMoments& moments, data::TablePreparation& preparation) {
  if (at::isFloatingType(dataset.input_type())) return;
  const bool measured = data::is_of_wide_type(dataset);
  for (std::size_t c = 0; c < moments.mean.size(); ++c) {
    const double low = measured ? moments.minimum[c] : dataset.input_minimum();
    const double high = measured ? moments.maximum[c] : dataset.input_maximum();
    preparation.mean[c] = low;
    preparation.deviation[c] = high > low ? high - low : 1;
  }
}

}  // namespace

data::TablePreparation fit_table(const data::PreparationOptions& options, const data::Dataset& dataset, const TableRows& rows,
                                 comm::Communicator& workers, int threads) {
  data::check_imputation(options.impute, options.missing_indicator, dataset);
  const auto columns = static_cast<std::size_t>(rows.columns);
  data::TablePreparation preparation{.mean = std::vector<double>(columns, 0), .deviation = std::vector<double>(columns, 1)};
  const bool of_type = options.scaling == data::ScalingMethod::kUnit && at::isFloatingType(dataset.input_type());
  if (options.impute == data::ImputationMethod::kNone && (options.scaling == data::ScalingMethod::kNone || of_type)) return preparation;
  const ColumnMoments moments = moments_of(rows, LaneSums(workers, rows.lanes, threads));
  fit_imputation(options, dataset, rows, moments, workers, preparation);
  if (options.scaling == data::ScalingMethod::kStandardize) standardize(moments, preparation);
  if (options.scaling == data::ScalingMethod::kUnit) scale_to_unit(dataset, moments, preparation);
  return preparation;
}

data::TablePreparation outline_table(const data::Dataset& dataset, std::span<const std::int64_t> training, comm::Communicator& workers) {
  constexpr std::int64_t kRows = 4096;
  const std::int64_t columns = dataset.input_shape().front();
  const Range mine = lane_range({0, static_cast<std::int64_t>(training.size())}, workers.rank(), workers.size());
  std::vector<std::int64_t> missing(static_cast<std::size_t>(columns));
  std::vector<double> values;
  for (std::int64_t begin = mine.begin; begin < mine.end; begin += kRows) {
    const std::int64_t count = std::min(mine.end - begin, kRows);
    values.resize(static_cast<std::size_t>(count * columns));
    at::Tensor block = at::from_blob(values.data(), {count, columns}, at::kDouble);
    dataset.read(training.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(count)), block);
    for (std::size_t i = 0; i < values.size(); ++i) missing[i % missing.size()] += std::isnan(values[i]) ? 1 : 0;
  }
  at::Tensor of_all = at::from_blob(missing.data(), {columns}, at::kLong);
  workers.all_reduce(of_all, comm::Reduction::kSum);
  data::TablePreparation outline{.mean = std::vector<double>(missing.size(), 0), .deviation = std::vector<double>(missing.size(), 1)};
  for (std::int64_t column = 0; column < columns; ++column) {
    if (missing[static_cast<std::size_t>(column)] > 0) outline.indicators.push_back(column);
  }
  return outline;
}

}  // namespace galen::trainer
