#include "trainer/linear/moments.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kTotals = 3;  // rows, patients, rows with a NaN or an infinity

// Smallest value, and smallest of the negated values, of each column.
std::vector<double> extrema_of(const Rows& rows, const LaneSums& sums) {
  std::vector<double> extrema(2 * rows.columns, std::numeric_limits<double>::infinity());
  for (std::int64_t row = 0; row < rows.size(); ++row) {
    const double* values = rows.values.data() + row * rows.columns;
    double* smallest = extrema.data();
    double* largest = smallest + rows.columns;
    for (std::int64_t c = 0; c < rows.columns; ++c) {
      smallest[c] = std::min(smallest[c], values[c]);
      largest[c] = std::min(largest[c], -values[c]);
    }
  }
  sums.smallest(extrema);
  return extrema;
}

bool is_finite_row(const double* values, std::int64_t columns, double target) {
  // A sum of zeros, unless one of them is 0 · NaN or 0 · ∞.
  double zeros = 0 * target;
  for (std::int64_t c = 0; c < columns; ++c) zeros += 0 * values[c];
  return zeros == 0;
}

}  // namespace

Moments moments_of(const Rows& rows, const LaneSums& sums) {
  const std::int64_t columns = rows.columns;
  const std::vector<double> extrema = extrema_of(rows, sums);

  // Sums about the middle of each column's range: squares about a far point would cancel.
  std::vector<double> middle(columns);
  for (std::int64_t c = 0; c < columns; ++c) middle[c] = extrema[c] / 2 - extrema[columns + c] / 2;

  const auto work = [&] {
    return [&](std::int64_t lane, double* sum) {
      double* first = sum + kTotals;
      double* second = first + columns;
      for (std::int64_t row = rows.lane_begins[lane]; row < rows.lane_begins[lane + 1]; ++row) {
        const double* values = rows.values.data() + row * columns;
        sum[0] += 1;
        if (row == rows.lane_begins[lane] || rows.patients[row] != rows.patients[row - 1]) sum[1] += 1;
        if (!is_finite_row(values, columns, rows.targets[row])) sum[2] += 1;
        for (std::int64_t c = 0; c < columns; ++c) {
          const double value = values[c] - middle[c];
          first[c] += value;
          second[c] += value * value;
        }
      }
    };
  };
  const std::vector<double> total = sums.sum(kTotals + 2 * columns, work);

  Moments moments{.rows = std::llround(total[0]),
                  .patients = std::llround(total[1]),
                  .mean = std::vector<double>(columns),
                  .deviation = std::vector<double>(columns),
                  .constant = std::vector<char>(columns),
                  .rows_that_are_not_finite = std::llround(total[2])};
  for (std::int64_t c = 0; c < columns; ++c) {
    const double mean = total[kTotals + c] / total[0];
    moments.mean[c] = middle[c] + mean;
    moments.deviation[c] = std::sqrt(std::max(total[kTotals + columns + c] / total[0] - mean * mean, 0.0));
    moments.constant[c] = static_cast<char>(!(moments.deviation[c] > 0) || extrema[c] == -extrema[columns + c]);
  }
  return moments;
}

}  // namespace galen::trainer::linear
