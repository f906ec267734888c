#include "trainer/linear/family.h"

#include "trainer/linear/elementary.h"

#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace galen::trainer::linear {
namespace {

class Normal : public Family {
 public:
  std::int64_t outputs() const override { return 1; }
  bool quadratic() const override { return true; }

  void evaluate(Block& block) const override {
    double loss = 0;
    for (std::int64_t row = 0; row < block.rows; ++row) {
      block.residuals[row] = block.targets[row] - block.products[row];
      loss += block.residuals[row] * block.residuals[row];
    }
    block.scalars[0] += loss / 2;
  }

  void curve(Block& block) const override { std::copy_n(block.products + kBlockRows, block.rows, block.residuals); }

  std::vector<double> intercepts(std::span<const double> means) const override { return {means[0]}; }
};

class Binary : public Family {
 public:
  std::int64_t outputs() const override { return 1; }
  bool separable() const override { return true; }

  void evaluate(Block& block) const override {
    std::array<double, kBlockRows> losses, weights;
    logistic_terms(block.products, block.targets, block.rows, block.residuals, weights.data(), losses.data());
    if (block.weights != nullptr) std::copy_n(weights.data(), block.rows, block.weights);
    for (std::int64_t row = 0; row < block.rows; ++row) {
      block.scalars[0] += losses[row];
      block.scalars[1] += static_cast<double>((block.targets[row] == 1 ? block.products[row] : -block.products[row]) <= 0);
    }
  }

  void curve(Block& block) const override {
    std::array<double, kBlockRows> losses, weights;
    logistic_terms(block.products, block.targets, block.rows, block.residuals, weights.data(), losses.data());
    for (std::int64_t row = 0; row < block.rows; ++row) block.residuals[row] = weights[row] * block.products[kBlockRows + row];
  }

  std::vector<double> intercepts(std::span<const double> means) const override { return {std::log(means[0] / (1 - means[0]))}; }

  double margin(std::span<const double> predictors, double target) const override { return target == 1 ? predictors[0] : -predictors[0]; }
};

class Poisson : public Family {
 public:
  std::int64_t outputs() const override { return 1; }
  bool separable() const override { return true; }

  void evaluate(Block& block) const override {
    std::array<double, kBlockRows> rates;
    exponentials(block.products, rates.data(), block.rows);
    if (block.weights != nullptr) std::copy_n(rates.data(), block.rows, block.weights);
    for (std::int64_t row = 0; row < block.rows; ++row) {
      block.residuals[row] = block.targets[row] - rates[row];
      block.scalars[0] += rates[row] - block.targets[row] * block.products[row];
      block.scalars[1] += static_cast<double>(margin({block.products + row, 1}, block.targets[row]) <= 0);
    }
  }

  void curve(Block& block) const override {
    exponentials(block.products, block.residuals, block.rows);
    for (std::int64_t row = 0; row < block.rows; ++row) block.residuals[row] *= block.products[kBlockRows + row];
  }

  std::vector<double> intercepts(std::span<const double> means) const override { return {std::log(means[0])}; }

  // The rate of a row without events may decrease to 0; that of others is bounded on both sides.
  double margin(std::span<const double> predictors, double target) const override {
    return target == 0 ? -predictors[0] : -std::abs(predictors[0]);
  }
};

}  // namespace

double Family::margin(std::span<const double> /*predictors*/, double /*target*/) const { TORCH_CHECK(false, "only classes have sides"); }

std::vector<double> weights_without_slopes(const Family& family, std::span<const double> predictors) {
  if (family.quadratic()) return {1.0};
  std::vector<double> products, weights(family.gram_pairs() * kBlockRows), residuals(family.outputs() * kBlockRows);
  for (const double predictor : predictors) products.insert(products.end(), kBlockRows, predictor);
  const double target = 0;
  std::array<double, kFamilyScalars> scalars{};
  Block block{.rows = 1,
              .targets = &target,
              .products = products.data(),
              .weights = weights.data(),
              .residuals = residuals.data(),
              .scalars = scalars.data()};
  family.evaluate(block);
  std::vector<double> first;
  for (std::size_t i = 0; i < weights.size(); i += kBlockRows) first.push_back(weights[i]);
  return first;
}

std::unique_ptr<Family> make_normal() { return std::make_unique<Normal>(); }
std::unique_ptr<Family> make_binary() { return std::make_unique<Binary>(); }
std::unique_ptr<Family> make_poisson() { return std::make_unique<Poisson>(); }

}  // namespace galen::trainer::linear
