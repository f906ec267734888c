#include "trainer/samples/table_fit.h"

#include "comm/collectives.h"
#include "data/preparation/column_summary.h"
#include "data/preparation/imputation.h"
#include "data/preparation/scaling.h"
#include "data/preparation/value_faults.h"
#include "trainer/lanes/lane_sums.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace galen::trainer {

namespace {

/// Moments and extrema of each column, without missing values.
struct ColumnMoments {
  std::vector<double> count, mean, deviation, minimum, maximum;  // [columns]
};

// Calls visit(column, value) for each value of a lane that is not missing.
template <typename Visit>
void for_each_value(const TableRows& rows, std::int64_t lane, Visit visit) {
  const auto at = static_cast<std::size_t>(lane);
  for (std::int64_t row = rows.lane_begins[at]; row < rows.lane_begins[at + 1]; ++row) {
    const double* values = rows.values.data() + row * rows.columns;
    for (std::int64_t column = 0; column < rows.columns; ++column) {
      if (!std::isnan(values[column])) visit(column, values[column]);
    }
  }
}

void add_extrema(const TableRows& rows, comm::Communicator& workers, ColumnMoments& moments) {
  const auto columns = static_cast<std::size_t>(rows.columns);
  std::vector<double> extrema(2 * columns, std::numeric_limits<double>::infinity());  // minima, then negated maxima
  for (std::size_t lane = 0; lane + 1 < rows.lane_begins.size(); ++lane) {
    for_each_value(rows, static_cast<std::int64_t>(lane), [&](std::int64_t column, double value) {
      double& minimum = extrema[static_cast<std::size_t>(column)];
      double& maximum = extrema[columns + static_cast<std::size_t>(column)];
      minimum = std::min(minimum, value);
      maximum = std::min(maximum, -value);
    });
  }
  at::Tensor all = at::from_blob(extrema.data(), {2 * rows.columns}, at::kDouble);
  workers.all_reduce(all, comm::Reduction::kMin);
  moments.minimum.assign(extrema.begin(), extrema.begin() + rows.columns);
  for (std::size_t column = 0; column < columns; ++column) moments.maximum.push_back(-extrema[columns + column]);
}

// Two passes over the values in memory; the second one corrects the rounding error of the first one's mean (Chan, Golub & LeVeque,
// "Algorithms for Computing the Sample Variance", 1983).
ColumnMoments moments_of(const TableRows& rows, comm::Communicator& workers) {
  const std::int64_t columns = rows.columns;
  ColumnMoments moments;
  const LaneSums over_lanes(workers, rows.lanes, /*threads=*/1);
  const auto add_values = [&](std::int64_t lane, double* sum) {
    for_each_value(rows, lane, [&](std::int64_t column, double value) {
      sum[column] += value;
      sum[columns + column] += 1;
    });
  };
  const std::vector<double> sums = over_lanes.sum(2 * columns, [&] { return add_values; });
  moments.count.assign(sums.begin() + columns, sums.end());
  for (std::size_t c = 0; c < moments.count.size(); ++c) moments.mean.push_back(moments.count[c] > 0 ? sums[c] / moments.count[c] : 0);

  const auto add_squares = [&](std::int64_t lane, double* sum) {
    for_each_value(rows, lane, [&](std::int64_t column, double value) {
      const double distance = value - moments.mean[static_cast<std::size_t>(column)];
      sum[column] += distance;
      sum[columns + column] += distance * distance;
    });
  };
  const std::vector<double> squares = over_lanes.sum(2 * columns, [&] { return add_squares; });
  for (std::size_t c = 0; c < moments.count.size(); ++c) {
    const double count = std::max(moments.count[c], 1.0);
    const double off = squares[c] / count;
    moments.mean[c] += off;
    const double variance = squares[static_cast<std::size_t>(columns) + c] / count - off * off;
    moments.deviation.push_back(std::sqrt(std::max(variance, 0.0)));
  }
  add_extrema(rows, workers, moments);
  return moments;
}

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
                                 comm::Communicator& workers) {
  data::check_imputation(options.impute, options.missing_indicator, dataset);
  const auto columns = static_cast<std::size_t>(rows.columns);
  data::TablePreparation preparation{.mean = std::vector<double>(columns, 0), .deviation = std::vector<double>(columns, 1)};
  const ColumnMoments moments = moments_of(rows, workers);
  fit_imputation(options, dataset, rows, moments, workers, preparation);
  if (options.scaling == data::ScalingMethod::kStandardize) standardize(moments, preparation);
  if (options.scaling == data::ScalingMethod::kUnit) scale_to_unit(dataset, moments, preparation);
  return preparation;
}

}  // namespace galen::trainer
