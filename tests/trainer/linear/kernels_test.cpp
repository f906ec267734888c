#include "trainer/linear/kernels.h"

#include "trainer/linear/block_pass.h"
#include "trainer/linear/elementary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

namespace galen::trainer::linear {
namespace {

double wave(std::int64_t i) { return std::sin(static_cast<double>(i) * 1.7 + 0.3); }

class KernelsTest : public ::testing::TestWithParam<Kernels> {};

TEST_P(KernelsTest, SumTheGramMatrixOfAnyRowsAndPanels) {
  for (const std::int64_t panels : {1, 2, 3, 5, 8}) {
    for (const std::int64_t rows : {1, 7, 128}) {
      const std::int64_t columns = panels * kPanelColumns;
      std::vector<double> block(panels * kPanelSize), weights(rows);
      for (std::size_t i = 0; i < block.size(); ++i) block[i] = wave(static_cast<std::int64_t>(i));
      for (std::int64_t r = 0; r < rows; ++r) weights[r] = 1 + wave(r) / 2;
      const auto value = [&](std::int64_t r, std::int64_t c) {
        return block[c / kPanelColumns * kPanelSize + r * kPanelColumns + c % kPanelColumns];
      };
      std::vector<double> tiles(tiles_of(panels) * kTileSize);
      GetParam().gram(block.data(), weights.data(), panels, rows, tiles.data(), {});
      const Matrix gram = unpack_gram(tiles.data(), columns);
      std::vector<double> products(rows), sums(columns), factors(columns);
      for (std::int64_t c = 0; c < columns; ++c) factors[c] = wave(c * c);
      GetParam().products(block.data(), factors.data(), panels, rows, products.data());
      GetParam().sums(block.data(), weights.data(), panels, rows, sums.data());
      for (std::int64_t i = 0; i < columns; ++i) {
        double sum = 0;
        for (std::int64_t r = 0; r < rows; ++r) sum += weights[r] * value(r, i);
        EXPECT_NEAR(sums[i], sum, 1e-12);
        for (std::int64_t j = 0; j < columns; ++j) {
          double expected = 0;
          for (std::int64_t r = 0; r < rows; ++r) expected += weights[r] * value(r, i) * value(r, j);
          ASSERT_NEAR(gram(i, j), expected, 1e-12) << i << " " << j;
        }
      }
      for (std::int64_t r = 0; r < rows; ++r) {
        double product = 0;
        for (std::int64_t c = 0; c < columns; ++c) product += value(r, c) * factors[c];
        EXPECT_NEAR(products[r], product, 1e-12);
      }
    }
  }
}

TEST_P(KernelsTest, GiveTheSameBitsAtAnyAddress) {
  constexpr std::int64_t kPanels = 2;
  std::vector<double> first;
  for (const std::int64_t offset : {0, 1, 3, 7}) {
    std::vector<double> block(kPanels * kPanelSize + 8), tiles(tiles_of(kPanels) * kTileSize + 8);
    for (std::int64_t i = 0; i < kPanels * kPanelSize; ++i) block[offset + i] = wave(i);
    GetParam().gram(block.data() + offset, nullptr, kPanels, 100, tiles.data() + offset, {block.data(), kPanelSize});
    const std::vector<double> found(tiles.begin() + offset, tiles.begin() + offset + tiles_of(kPanels) * kTileSize);
    if (first.empty()) first = found;
    EXPECT_EQ(found, first) << offset;
  }
}

// Tables of few and of many columns, all of them used or some; the rows end where the memory ends.
TEST_P(KernelsTest, PackCentredAndScaledColumnsBehindAnIntercept) {
  for (const std::int64_t stride : {1, 3, 7, 8, 20}) {
    for (const std::int64_t left_out : {-1, 0, 4, 9, 19}) {
      constexpr std::int64_t kRows = 5;
      std::vector<double> values(kRows * stride), centre{0}, factor{0};
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = wave(static_cast<std::int64_t>(i));
      std::vector<std::int64_t> columns{0};
      for (std::int64_t c = 0; c < stride; ++c) {
        if (c == left_out) continue;
        columns.push_back(c);
        centre.push_back(wave(7 * c));
        factor.push_back(1 + wave(c) / 3);
      }
      const auto width = static_cast<std::int64_t>(columns.size());
      const std::int64_t panels = panels_of(width);
      std::vector<double> block(panels * kPanelSize, NAN);
      for (auto* each : {&centre, &factor}) each->resize(panels * kPanelColumns);
      columns.resize(panels * kPanelColumns);
      GetParam().pack(values.data(), stride, {width, columns.data(), centre.data(), factor.data()}, kRows, block.data());
      for (std::int64_t r = 0; r < kRows; ++r) {
        for (std::int64_t c = 0; c < panels * kPanelColumns; ++c) {
          const double expected = c == 0 ? 1 : c >= width ? 0 : (values[r * stride + columns[c]] - centre[c]) * factor[c];
          EXPECT_EQ(block[c / kPanelColumns * kPanelSize + r * kPanelColumns + c % kPanelColumns], expected)
              << stride << " " << r << " " << c;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, KernelsTest, ::testing::ValuesIn(all_kernels()),
                         [](const auto& variant) { return std::string(variant.param.name); });

TEST(Kernels, ThatFuseGiveTheSameBitsInAnyWidth) {
  constexpr std::int64_t kPanels = 5, kRows = 61;
  std::vector<double> block(kPanels * kPanelSize), weights(kBlockRows);
  for (std::size_t i = 0; i < block.size(); ++i) block[i] = wave(static_cast<std::int64_t>(i));
  for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = 2 + wave(static_cast<std::int64_t>(i));
  std::vector<std::vector<double>> grams, others;
  for (const Kernels& loops : all_kernels()) {
    std::vector<double> tiles(tiles_of(kPanels) * kTileSize), products(kRows), sums(kPanels * kPanelColumns);
    loops.gram(block.data(), weights.data(), kPanels, kRows, tiles.data(), {});
    loops.products(block.data(), weights.data(), kPanels, kRows, products.data());
    loops.sums(block.data(), weights.data(), kPanels, kRows, sums.data());
    products.insert(products.end(), sums.begin(), sums.end());
    others.push_back(products);
    if (std::string(loops.name) != "portable") grams.push_back(tiles);
  }
  for (const auto& each : others) EXPECT_EQ(each, others.front());
  for (const auto& each : grams) EXPECT_EQ(each, grams.front());
}

TEST(Elementary, AgreesWithTheMathematicalLibrary) {
  std::vector<double> x, result(1);
  for (double value = -700; value < 700; value += 0.37) x.push_back(value);
  std::vector<double> powers(x.size()), back(x.size());
  exponentials(x.data(), powers.data(), static_cast<std::int64_t>(x.size()));
  logarithms(powers.data(), back.data(), static_cast<std::int64_t>(x.size()));
  constexpr double kLastBit = std::numeric_limits<double>::epsilon();
  for (std::size_t i = 0; i < x.size(); ++i) {
    EXPECT_NEAR(powers[i] / std::exp(x[i]), 1, 2 * kLastBit) << x[i];
    EXPECT_NEAR(back[i], std::log(powers[i]), 2 * kLastBit * std::abs(x[i])) << x[i];
  }
}

TEST(Elementary, GivesTheSameBitsWhereverAValueStands) {
  std::vector<double> x(67), all(67);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = 5 * wave(static_cast<std::int64_t>(i));
  exponentials(x.data(), all.data(), 67);
  for (std::size_t i = 0; i < x.size(); ++i) {
    double alone = 0;
    exponentials(&x[i], &alone, 1);
    EXPECT_EQ(std::memcmp(&alone, &all[i], sizeof(double)), 0) << i;
  }
}

TEST(Elementary, KnowsLogisticRegressionAlsoFarOut) {
  const std::vector<double> scores{-800, -40, -1, 0, 2, 40, 800}, targets{0, 1, 1, 0, 1, 0, 1};
  std::vector<double> residuals(7), weights(7), losses(7);
  logistic_terms(scores.data(), targets.data(), 7, residuals.data(), weights.data(), losses.data());
  const std::vector<double> expected{std::exp(-708.0), 40, std::log1p(std::exp(1.0)), std::log(2.0), std::log1p(std::exp(-2.0)), 40, 0};
  for (int i = 0; i < 7; ++i) {
    EXPECT_NEAR(losses[i], expected[i], 1e-14) << i;
    const double p = 1 / (1 + std::exp(-scores[i]));
    EXPECT_NEAR(residuals[i], targets[i] - p, 1e-15);
    EXPECT_NEAR(weights[i], p * (1 - p), 1e-15);
  }
}

}  // namespace
}  // namespace galen::trainer::linear
