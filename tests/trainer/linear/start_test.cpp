// The sums of the first read against the same sums about the means themselves, in long double.

#include "trainer/linear/start.h"

#include "galen/error.h"
#include "galen/range.h"
#include "tests/support/thread_communicator.h"
#include "tests/trainer/linear/reference_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace galen::trainer::linear {
namespace {

test::SmallTable table_of(std::int64_t rows, std::int64_t columns, const std::function<double(std::int64_t, std::int64_t)>& value) {
  test::SmallTable table{.columns = columns};
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t c = 0; c < columns; ++c) table.values.push_back(value(row, c));
    table.targets.push_back(std::cos(static_cast<double>(row)));
    table.patients.push_back(row);
  }
  return table;
}

Start start_on(const test::SmallTable& table, int ranks) {
  const auto family = make_normal();
  const double mean = std::accumulate(table.targets.begin(), table.targets.end(), 0.0) / static_cast<double>(table.targets.size());
  Start result;
  test::run_ranks(ranks, [&](comm::Communicator& communicator) {
    const TableRows rows = test::rows_of_rank(table, communicator);
    const LaneSums sums(communicator, rows.lanes, /*threads=*/1);
    Start start = start_of(rows, sums, *family, std::vector<double>{mean}, /*with_gram=*/true);
    if (communicator.rank() == 0) result = std::move(start);
  });
  return result;
}

// Mean and deviation to twelve digits; the Gram matrix of columns of deviation 1 to 1e-11 a row, and so the gradient.
void expect_sums(const test::SmallTable& table, const Start& start) {
  const auto n = static_cast<std::int64_t>(table.targets.size());
  const auto value = [&](std::int64_t row, std::int64_t c) { return static_cast<long double>(table.values[row * table.columns + c]); };
  std::vector<std::int64_t> kept;
  std::vector<long double> mean, deviation;
  for (std::int64_t c = 0; c < table.columns; ++c) {
    long double sum = 0, squares = 0;
    for (std::int64_t row = 0; row < n; ++row) sum += value(row, c);
    mean.push_back(sum / n);
    for (std::int64_t row = 0; row < n; ++row) squares += (value(row, c) - mean[c]) * (value(row, c) - mean[c]);
    deviation.push_back(std::sqrt(squares / n));
    EXPECT_NEAR(start.moments.mean[c], static_cast<double>(mean[c]), 1e-12 * std::abs(static_cast<double>(mean[c])) + 1e-13);
    EXPECT_NEAR(start.moments.deviation[c], static_cast<double>(deviation[c]), 1e-12 * static_cast<double>(deviation[c])) << c;
    EXPECT_EQ(start.moments.constant[c] != 0, squares == 0) << c;
    if (squares > 0) kept.push_back(c);
  }
  ASSERT_EQ(start.gram.rows, static_cast<std::int64_t>(1 + kept.size()));
  EXPECT_EQ(start.gram(0, 0), static_cast<double>(n));
  for (std::size_t i = 0; i < kept.size(); ++i) {
    const auto scaled = [&](std::int64_t row, std::size_t k) { return (value(row, kept[k]) - mean[kept[k]]) / deviation[kept[k]]; };
    long double down = 0;
    for (std::int64_t row = 0; row < n; ++row) down += scaled(row, i) * (table.targets[row] - start.intercepts[0]);
    EXPECT_NEAR(start.gradient[1 + i], static_cast<double>(down), 1e-11 * static_cast<double>(n));
    for (std::size_t j = 0; j < kept.size(); ++j) {
      long double product = 0;
      for (std::int64_t row = 0; row < n; ++row) product += scaled(row, i) * scaled(row, j);
      const auto at = [](std::size_t k) { return static_cast<std::int64_t>(1 + k); };
      EXPECT_NEAR(start.gram(at(i), at(j)), static_cast<double>(product), 1e-11 * static_cast<double>(n)) << i << " " << j;
    }
  }
}

// Far from 0, constant, of one value in the sample and another in one row, and of its own.
TEST(Start, HasTheSumsAboutTheMeans) {
  const test::SmallTable table = table_of(3000, 5, [](std::int64_t row, std::int64_t c) {
    const auto x = static_cast<double>(row);
    return c == 0 ? 1e7 + std::sin(x) : c == 1 ? 0.1 : c == 2 ? (row == 1234 ? 5.0 : 2.0) : c == 3 ? 1e-9 * std::cos(3 * x) : x * x;
  });
  const Start one = start_on(table, 1);
  expect_sums(table, one);
  for (const int ranks : {2, 3, 8}) {
    const Start some = start_on(table, ranks);
    EXPECT_EQ(some.gram.values, one.gram.values) << ranks;
    EXPECT_EQ(some.gradient, one.gradient) << ranks;
    EXPECT_EQ(some.moments.deviation, one.moments.deviation) << ranks;
  }
}

// The first and the middle row of a lane, which are sampled, are far from all others: 585 rows a lane, or 586.
TEST(Start, LooksAgainWhereTheSampleIsFarOff) {
  constexpr std::int64_t kRows = 150000;
  constexpr int kLanes = 256;
  std::vector<char> sampled(kRows);
  for (int lane = 0; lane < kLanes; ++lane) {
    const Range rows = lane_range({0, kRows}, lane, kLanes);
    for (const std::int64_t row : {rows.begin, rows.begin + rows.size() / 2}) sampled[row] = 1;
  }
  const test::SmallTable table =
      table_of(kRows, 1, [&](std::int64_t row, std::int64_t) { return sampled[row] ? 0.0 : 1e6 + static_cast<double>(row % 7); });
  expect_sums(table, start_on(table, 2));
}

TEST(Start, CountsRowsThatAreNotFinite) {
  const test::SmallTable table = table_of(400, 2, [](std::int64_t row, std::int64_t c) { return row == 7 && c == 1 ? NAN : row % 11; });
  try {
    start_on(table, 2);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("1 of 400 rows"));
  }
}

}  // namespace
}  // namespace galen::trainer::linear
