#include "trainer/linear/cholesky.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace galen::trainer::linear {
namespace {

// Positive definite, and not diagonally dominant.
Matrix example(std::int64_t size) {
  Matrix half(size, size), matrix(size, size);
  for (std::int64_t i = 0; i < size * size; ++i) half.values[i] = std::sin(1.1 * static_cast<double>(i * i % 97));
  for (std::int64_t r = 0; r < size; ++r) {
    for (std::int64_t c = 0; c < size; ++c) {
      for (std::int64_t k = 0; k < size; ++k) matrix(r, c) += half(k, r) * half(k, c);
      if (r == c) matrix(r, c) += 1;
    }
  }
  return matrix;
}

TEST(Cholesky, SolvesAndInverts) {
  for (const std::int64_t size : {1, 2, 31, 33, 100}) {
    const Matrix matrix = example(size);
    const std::optional<Cholesky> factor = Cholesky::of(matrix);
    ASSERT_TRUE(factor);
    const Matrix inverse = factor->inverse();
    std::vector<double> right(size);
    for (std::int64_t i = 0; i < size; ++i) right[i] = static_cast<double>(i % 7) - 3;
    const std::vector<double> solution = factor->solve(right);
    for (std::int64_t r = 0; r < size; ++r) {
      double product = 0;
      for (std::int64_t c = 0; c < size; ++c) product += matrix(r, c) * solution[c];
      EXPECT_NEAR(product, right[r], 1e-10);
      for (std::int64_t c = 0; c < size; ++c) {
        double unit = 0;
        for (std::int64_t k = 0; k < size; ++k) unit += matrix(r, k) * inverse(k, c);
        ASSERT_NEAR(unit, r == c ? 1 : 0, 1e-10) << size;
        EXPECT_EQ(inverse(r, c), inverse(c, r));
      }
    }
  }
}

TEST(Cholesky, KnowsTheDeterminant) {
  Matrix matrix(2, 2);
  matrix.values = {4, 1, 1, 3};
  EXPECT_NEAR(Cholesky::of(matrix)->log_determinant(), std::log(11.0), 1e-14);
}

TEST(Cholesky, RefusesWhatIsNotPositiveDefinite) {
  Matrix matrix(2, 2);
  matrix.values = {1, 2, 2, 4};
  EXPECT_FALSE(Cholesky::of(matrix, 1e-12));
  matrix.values = {1, 2, 2, 3};
  EXPECT_FALSE(Cholesky::of(matrix));
  matrix.values = {1, NAN, NAN, 3};
  EXPECT_FALSE(Cholesky::of(matrix));
}

TEST(Dependences, AreFoundInTheLaterColumn) {
  // Column 2 is column 0 minus twice column 1; columns 0, 1 and 3 are independent.
  const std::vector<std::vector<double>> columns = {{1, 2, 3, 4}, {0, 1, 0, 1}, {1, 0, 3, 2}, {1, 1, -1, 5}};
  Matrix gram(4, 4);
  for (int r = 0; r < 4; ++r) {
    for (int c = 0; c < 4; ++c) {
      for (int k = 0; k < 4; ++k) gram(r, c) += columns[r][k] * columns[c][k];
    }
  }
  const std::vector<Dependence> found = dependences(gram, 1e-10);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].column, 2);
  EXPECT_EQ(found[0].on, (std::vector<std::int64_t>{0, 1}));
}

}  // namespace
}  // namespace galen::trainer::linear
