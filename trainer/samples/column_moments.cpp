#include "trainer/samples/column_moments.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <memory>
#include <mutex>

namespace galen::trainer {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

// Minima, then negated maxima, of the rows that one thread reads; combined with those of others when the thread ends.
class Extrema {
 public:
  Extrema(std::vector<double>& all, std::mutex& mutex) : all_(all), mutex_(mutex), own_(all.size(), kNone) {}
  ~Extrema() {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < own_.size(); ++i) all_[i] = std::min(all_[i], own_[i]);
  }
  Extrema(const Extrema&) = delete;
  Extrema& operator=(const Extrema&) = delete;

  double* minima() { return own_.data(); }

 private:
  std::vector<double>& all_;
  std::mutex& mutex_;
  std::vector<double> own_;
};

// Σ value and the number of values; a NaN is neither smaller nor larger than anything.
void add_values(const TableRows& rows, std::int64_t lane, double* sum, double* minima) {
  const std::int64_t columns = rows.columns;
  double* count = sum + columns;
  double* negated = minima + columns;
  for (std::int64_t row = rows.lane_begins[lane]; row < rows.lane_begins[lane + 1]; ++row) {
    const double* values = rows.values.data() + row * columns;
#pragma GCC ivdep
    for (std::int64_t c = 0; c < columns; ++c) {
      const double value = values[c];
      const bool known = value == value;
      sum[c] += known ? value : 0.0;
      count[c] += known ? 1.0 : 0.0;
      minima[c] = value < minima[c] ? value : minima[c];
      negated[c] = -value < negated[c] ? -value : negated[c];
    }
  }
}

void add_squares(const TableRows& rows, std::int64_t lane, const double* mean, double* sum) {
  const std::int64_t columns = rows.columns;
  double* squares = sum + columns;
  for (std::int64_t row = rows.lane_begins[lane]; row < rows.lane_begins[lane + 1]; ++row) {
    const double* values = rows.values.data() + row * columns;
#pragma GCC ivdep
    for (std::int64_t c = 0; c < columns; ++c) {
      const double distance = values[c] == values[c] ? values[c] - mean[c] : 0.0;
      sum[c] += distance;
      squares[c] += distance * distance;
    }
  }
}

}  // namespace

// The second pass corrects the rounding error of the first one's mean (Chan, Golub & LeVeque, "Algorithms for Computing the Sample
// Variance", 1983).
ColumnMoments moments_of(const TableRows& rows, const LaneSums& sums) {
  const std::int64_t columns = rows.columns;
  std::vector<double> extrema(2 * static_cast<std::size_t>(columns), kNone);
  std::mutex mutex;
  const std::vector<double> total = sums.sum(2 * columns, [&]() -> LaneSums::LaneWork {
    auto own = std::make_shared<Extrema>(extrema, mutex);
    return [&rows, own](std::int64_t lane, double* sum) { add_values(rows, lane, sum, own->minima()); };
  });
  sums.smallest(extrema);

  ColumnMoments moments;
  moments.count.assign(total.begin() + columns, total.end());
  for (std::size_t c = 0; c < moments.count.size(); ++c) moments.mean.push_back(moments.count[c] > 0 ? total[c] / moments.count[c] : 0);
  const std::vector<double> about =
      sums.sum(2 * columns, [&] { return [&](std::int64_t lane, double* sum) { add_squares(rows, lane, moments.mean.data(), sum); }; });
  for (std::size_t c = 0; c < moments.count.size(); ++c) {
    const double count = std::max(moments.count[c], 1.0);
    const double off = about[c] / count;
    moments.mean[c] += off;
    const double variance = about[static_cast<std::size_t>(columns) + c] / count - off * off;
    moments.deviation.push_back(std::sqrt(std::max(variance, 0.0)));
    moments.minimum.push_back(extrema[c]);
    moments.maximum.push_back(-extrema[static_cast<std::size_t>(columns) + c]);
  }
  return moments;
}

}  // namespace galen::trainer
