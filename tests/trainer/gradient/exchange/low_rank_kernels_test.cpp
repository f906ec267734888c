#include "trainer/gradient/exchange/low_rank_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace galen::trainer {
namespace {

std::vector<float> wavy(std::int64_t size, double phase) {
  std::vector<float> values;
  for (std::int64_t i = 0; i < size; ++i) values.push_back(static_cast<float>(std::sin(0.37 * static_cast<double>(i * i) + phase)));
  return values;
}

struct Factors {
  explicit Factors(const LowRankShape& shape) : left(wavy(shape.rank * shape.rows, 1)), right(wavy(shape.rank * shape.columns, 2)) {}
  std::vector<float> left, right;
};

const std::vector<LowRankShape> kShapes = {{1, 1, 1}, {3, 15, 2}, {4, 16, 4}, {7, 47, 6}, {9, 4096, 3}, {6, 4100, 5}};

class EveryLowRankKernel : public testing::TestWithParam<LowRankKernels> {};

const LowRankKernels& portable() { return all_low_rank_kernels().back(); }

// The element of left rightᵀ.
double product(const LowRankShape& shape, const Factors& factors, std::int64_t row, std::int64_t column) {
  double sum = 0;
  for (std::int64_t k = 0; k < shape.rank; ++k) {
    sum += static_cast<double>(factors.left[k * shape.rows + row]) * factors.right[k * shape.columns + column];
  }
  return sum;
}

TEST_P(EveryLowRankKernel, ExpandsFactors) {
  for (const LowRankShape& shape : kShapes) {
    const Factors factors(shape);
    std::vector<float> matrix = wavy(shape.rows * shape.columns, 3), expected = matrix;
    GetParam().expand(shape, factors.left.data(), factors.right.data(), matrix.data());
    for (std::int64_t i = 0; i < shape.rows * shape.columns; ++i) {
      ASSERT_NEAR(matrix[i], product(shape, factors, i / shape.columns, i % shape.columns), 1e-6);
    }
    portable().expand(shape, factors.left.data(), factors.right.data(), expected.data());
    EXPECT_EQ(matrix, expected) << "portable has other bits";
  }
}

TEST_P(EveryLowRankKernel, AccumulatesAndProjects) {
  for (const LowRankShape& shape : kShapes) {
    const Factors factors(shape);
    const auto [rows, columns, rank] = shape;
    const std::vector<float> before = wavy(rows * columns, 4), addend = wavy(rows * columns, 5), basis = wavy(rank * columns, 6);
    const auto accumulate = [&](const LowRankKernels& kernels, std::vector<float>& matrix, std::vector<float>& projection) {
      kernels.accumulate(shape, matrix.data(), addend.data(), {factors.left.data(), factors.right.data()}, basis.data(), projection.data());
    };
    std::vector<float> matrix = before, projection = wavy(rank * rows, 7), expected = before, expected_projection(rank * rows);
    accumulate(GetParam(), matrix, projection);
    for (std::int64_t i = 0; i < rows * columns; ++i) {
      ASSERT_NEAR(matrix[i], static_cast<double>(before[i]) + addend[i] - product(shape, factors, i / columns, i % columns), 1e-6);
    }
    for (std::int64_t i = 0; i < rank * rows; ++i) {
      double sum = 0;
      for (std::int64_t c = 0; c < columns; ++c) sum += static_cast<double>(matrix[i % rows * columns + c]) * basis[i / rows * columns + c];
      ASSERT_NEAR(projection[i], sum, 1e-3);
    }
    accumulate(portable(), expected, expected_projection);
    EXPECT_EQ(matrix, expected) << "portable has other bits";
    EXPECT_EQ(projection, expected_projection) << "portable has other bits";
  }
}

TEST_P(EveryLowRankKernel, ProjectsRows) {
  for (const LowRankShape& shape : kShapes) {
    const auto [rows, columns, rank] = shape;
    const std::vector<float> matrix = wavy(rows * columns, 8), left = wavy(rank * rows, 9);
    std::vector<float> right = wavy(rank * columns, 10), expected = right;
    GetParam().project_rows(shape, matrix.data(), left.data(), right.data());
    for (std::int64_t i = 0; i < rank * columns; ++i) {
      double sum = 0;
      for (std::int64_t r = 0; r < rows; ++r) sum += static_cast<double>(matrix[r * columns + i % columns]) * left[i / columns * rows + r];
      ASSERT_NEAR(right[i], sum, 1e-5);
    }
    portable().project_rows(shape, matrix.data(), left.data(), expected.data());
    EXPECT_EQ(right, expected) << "portable has other bits";
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryLowRankKernel, testing::ValuesIn(all_low_rank_kernels()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace galen::trainer
