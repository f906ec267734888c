#include "trainer/linear/start.h"

#include "galen/error.h"
#include "trainer/linear/block_pass.h"
#include "trainer/samples/column_moments.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace galen::trainer::linear {
namespace {

constexpr std::int64_t kSampledRows = 512;
constexpr double kFar = 16;  // deviations between the sample's mean and that of all rows: squares about it lose two digits and a half

// Centre and scale of each column in the first read.
struct Typical {
  std::vector<double> centre, factor;
};

bool is_finite_row(const double* values, std::int64_t columns, double target) {
  // A sum of zeros, unless one of them is 0 · NaN or 0 · ∞.
  double zeros = 0 * target;
  for (std::int64_t c = 0; c < columns; ++c) zeros += 0 * values[c];
  return zeros == 0;
}

// Rows at equal distances in each lane, so that they are the same on any number of workers.
template <typename Visit>
void for_each_sampled(const TableRows& rows, std::int64_t lane, Visit visit) {
  const std::int64_t begin = rows.lane_begins[lane], size = rows.lane_begins[lane + 1] - begin;
  const std::int64_t sampled = std::min(std::max<std::int64_t>((kSampledRows + rows.lanes - 1) / rows.lanes, 2), size);
  for (std::int64_t i = 0; i < sampled; ++i) visit(rows.values.data() + (begin + i * size / sampled) * rows.columns);
}

// A column that is constant in the sample is centred by its value: if it is constant everywhere its squares are exactly 0.
Typical typical_row(const TableRows& rows, const LaneSums& sums) {
  const std::int64_t columns = rows.columns;
  const std::vector<double> total = sums.sum(1 + columns, [&] {
    return [&](std::int64_t lane, double* sum) {
      for_each_sampled(rows, lane, [&](const double* values) {
        sum[0] += 1;
        for (std::int64_t c = 0; c < columns; ++c) sum[1 + c] += values[c];
      });
    };
  });
  std::vector<double> extrema(2 * columns, std::numeric_limits<double>::infinity());  // minima, then negated maxima
  for (std::size_t lane = 0; lane + 1 < rows.lane_begins.size(); ++lane) {
    for_each_sampled(rows, static_cast<std::int64_t>(lane), [&](const double* values) {
      for (std::int64_t c = 0; c < columns; ++c) {
        extrema[c] = std::min(extrema[c], values[c]);
        extrema[columns + c] = std::min(extrema[columns + c], -values[c]);
      }
    });
  }
  sums.smallest(extrema);
  Typical typical{.centre = std::vector<double>(columns), .factor = std::vector<double>(columns, 1.0)};
  for (std::int64_t c = 0; c < columns; ++c) {
    const double range = -extrema[columns + c] - extrema[c];
    typical.centre[c] = range == 0 ? extrema[c] : total[1 + c] / total[0];
    if (range > 0 && std::isfinite(1 / range)) typical.factor[c] = 1 / range;
  }
  return typical;
}

void count(const TableRows& rows, const LaneSums& sums, Moments& moments) {
  const std::vector<double> total = sums.sum(2, [&] {
    return [&](std::int64_t lane, double* sum) {
      const std::int64_t begin = rows.lane_begins[lane], end = rows.lane_begins[lane + 1];
      sum[0] += static_cast<double>(end - begin);
      for (std::int64_t row = begin; row < end; ++row) {
        sum[1] += static_cast<double>(row == begin || rows.patients[row] != rows.patients[row - 1]);
      }
    };
  });
  moments.rows = std::llround(total[0]);
  moments.patients = std::llround(total[1]);
}

// Sums about `typical`, and the moments derived from them. Returns whether `typical` was far from any mean.
bool add_moments(const Typical& typical, const Matrix& gram, Moments& moments) {
  const double n = gram(0, 0);
  bool far = false;
  for (std::size_t c = 0; c < typical.centre.size(); ++c) {
    const auto at = static_cast<std::int64_t>(1 + c);
    const double offset = gram(0, at) / n;
    const double deviation = std::sqrt(std::max(gram(at, at) / n - offset * offset, 0.0));
    moments.mean[c] = typical.centre[c] + offset / typical.factor[c];
    moments.deviation[c] = deviation / typical.factor[c];
    moments.constant[c] = static_cast<char>(gram(at, at) == 0 || !(deviation > 0));
    far = far || std::abs(offset) > kFar * deviation;
  }
  return far;
}

// Converts from columns about `typical` to those of deviation 1 about their means, without constant ones.
void move_to_means(const Typical& typical, const PassSums& found, Start& start) {
  const Matrix& gram = found.grams[0];
  std::vector<std::int64_t> kept{0};
  std::vector<double> scale{1.0}, offset{0.0};
  for (std::size_t c = 0; c < typical.centre.size(); ++c) {
    if (start.moments.constant[c]) continue;
    kept.push_back(static_cast<std::int64_t>(1 + c));
    scale.push_back(1 / (start.moments.deviation[c] * typical.factor[c]));
    offset.push_back(gram(0, kept.back()) / gram(0, 0));
  }
  const auto width = static_cast<std::int64_t>(kept.size());
  start.gram = Matrix(width, width);
  start.gram(0, 0) = gram(0, 0);
  for (std::int64_t row = 1; row < width; ++row) {
    for (std::int64_t column = row; column < width; ++column) {
      const double about_means = gram(kept[row], kept[column]) - offset[row] * gram(0, kept[column]);
      start.gram(row, column) = start.gram(column, row) = scale[row] * scale[column] * about_means;
    }
  }
  for (const std::vector<double>& sum : found.sums) {
    for (std::int64_t i = 0; i < width; ++i) start.gradient.push_back(scale[i] * (sum[kept[i]] - offset[i] * sum[0]));
  }
}

// The objective's sums on a design, with predictors equal to the intercepts.
PassSums sums_at(std::span<const double> intercepts, const Design& design, const TableRows& rows, const LaneSums& sums,
                 const Family& family, bool with_gram) {
  std::vector<double> level;
  for (const double intercept : intercepts) level.insert(level.end(), kBlockRows, intercept);
  const PassShape shape{.grams = with_gram ? 1 : 0, .sums = family.outputs(), .scalars = kFamilyScalars, .unit_weights = true};
  return BlockPass(rows, sums, design).run(shape, {}, [&](Block& block) {
    block.products = level.data();
    family.evaluate(block);
  });
}

void start_with_gram(const TableRows& rows, const LaneSums& sums, const Family& family, Start& start) {
  Typical typical = typical_row(rows, sums);
  PassSums found;
  for (bool again = false;; again = true) {
    found = sums_at(start.intercepts, Design(typical.centre, typical.factor), rows, sums, family, true);
    for (std::int64_t c = 0; c < found.grams[0].rows; ++c) {
      if (std::isfinite(found.grams[0](c, c))) continue;
      refuse_rows_that_are_not_finite(rows, sums);
      throw Error("Column {} of the training split has values whose squares are too large for 64 bits. Use other units.", c);
    }
    if (!add_moments(typical, found.grams[0], start.moments) || again) break;
    typical.centre = start.moments.mean;
  }
  move_to_means(typical, found, start);
  start.loss = found.scalars[0];
  start.not_separated = found.scalars[1];
}

void start_without_gram(const TableRows& rows, const LaneSums& sums, const Family& family, Start& start) {
  const ColumnMoments columns = moments_of(rows, sums);
  std::vector<char> varies;
  for (std::size_t c = 0; c < columns.mean.size(); ++c) {
    if (columns.count[c] < static_cast<double>(start.moments.rows) || !std::isfinite(columns.maximum[c] - columns.minimum[c])) {
      refuse_rows_that_are_not_finite(rows, sums);
    }
    varies.push_back(static_cast<char>(columns.minimum[c] < columns.maximum[c] && columns.deviation[c] > 0));
    start.moments.constant[c] = static_cast<char>(!varies.back());
  }
  start.moments.mean = columns.mean;
  start.moments.deviation = columns.deviation;
  const PassSums found = sums_at(start.intercepts, Design(start.moments, varies), rows, sums, family, false);
  for (const std::vector<double>& sum : found.sums) start.gradient.insert(start.gradient.end(), sum.begin(), sum.end());
  start.loss = found.scalars[0];
  start.not_separated = found.scalars[1];
}

}  // namespace

void refuse_rows_that_are_not_finite(const TableRows& rows, const LaneSums& sums) {
  const std::vector<double> total = sums.sum(2, [&] {
    return [&](std::int64_t lane, double* sum) {
      for (std::int64_t row = rows.lane_begins[lane]; row < rows.lane_begins[lane + 1]; ++row) {
        sum[0] += static_cast<double>(!is_finite_row(rows.values.data() + row * rows.columns, rows.columns, rows.targets[row]));
        sum[1] += 1;
      }
    };
  });
  if (total[0] == 0) return;
  throw Error("{} of {} rows of the training split have values that are missing or not finite. Set data.impute to impute missing ones.",
              total[0], total[1]);
}

Start start_of(const TableRows& rows, const LaneSums& sums, const Family& family, std::span<const double> intercepts, bool with_gram) {
  Start start{.intercepts = {intercepts.begin(), intercepts.end()}};
  count(rows, sums, start.moments);
  start.moments.mean.resize(rows.columns);
  start.moments.deviation.resize(rows.columns);
  start.moments.constant.resize(rows.columns);
  if (with_gram) {
    start_with_gram(rows, sums, family, start);
  } else {
    start_without_gram(rows, sums, family, start);
  }
  return start;
}

}  // namespace galen::trainer::linear
