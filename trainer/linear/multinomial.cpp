#include "trainer/linear/elementary.h"
#include "trainer/linear/family.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace galen::trainer::linear {
namespace {

class Multinomial : public Family {
 public:
  Multinomial(std::int64_t classes, bool symmetric) : classes_(classes), reference_(symmetric ? 0 : 1) {}

  std::int64_t outputs() const override { return classes_ - reference_; }
  bool separable() const override { return true; }

  void evaluate(Block& block) const override {
    const std::vector<double> probabilities = this->probabilities(block, &block.scalars[0]);
    const std::int64_t outputs = this->outputs();
    for (std::int64_t a = 0; a < outputs; ++a) {
      const double* own = probabilities.data() + (reference_ + a) * kBlockRows;
      for (std::int64_t row = 0; row < block.rows; ++row) {
        block.residuals[a * kBlockRows + row] = static_cast<double>(block.targets[row] == static_cast<double>(reference_ + a)) - own[row];
      }
    }
    double* weights = block.weights;
    for (std::int64_t a = 0; weights != nullptr && a < own_outputs(); ++a) {
      const double* first = probabilities.data() + (reference_ + a) * kBlockRows;
      for (std::int64_t b = a; b < own_outputs(); ++b, weights += kBlockRows) {
        const double* second = probabilities.data() + (reference_ + b) * kBlockRows;
        if (a == b) {
          for (std::int64_t row = 0; row < block.rows; ++row) weights[row] = first[row] * (1 - first[row]);
        } else {
          for (std::int64_t row = 0; row < block.rows; ++row) weights[row] = -first[row] * second[row];
        }
      }
    }
    std::vector<double> predictors(outputs);
    for (std::int64_t row = 0; row < block.rows; ++row) {
      for (std::int64_t a = 0; a < outputs; ++a) predictors[a] = block.products[a * kBlockRows + row];
      block.scalars[1] += static_cast<double>(margin(predictors, block.targets[row]) <= 0);
    }
  }

  // Hessian · u = p ∘ (u − Σ p u).
  void curve(Block& block) const override {
    const std::int64_t outputs = this->outputs();
    const std::vector<double> probabilities = this->probabilities(block, nullptr);
    const double* direction = block.products + outputs * kBlockRows;
    std::array<double, kBlockRows> mean{};
    for (std::int64_t a = 0; a < outputs; ++a) {
      const double* own = probabilities.data() + (reference_ + a) * kBlockRows;
      for (std::int64_t row = 0; row < block.rows; ++row) mean[row] += own[row] * direction[a * kBlockRows + row];
    }
    for (std::int64_t a = 0; a < outputs; ++a) {
      const double* own = probabilities.data() + (reference_ + a) * kBlockRows;
      for (std::int64_t row = 0; row < block.rows; ++row) {
        block.residuals[a * kBlockRows + row] = own[row] * (direction[a * kBlockRows + row] - mean[row]);
      }
    }
  }

  std::int64_t gram_pairs() const override { return own_outputs() * (own_outputs() + 1) / 2; }

  // The weights of a class with all classes sum to 0: those with the last class are derived, without a pass.
  void complete(std::vector<Matrix>& grams) const override {
    if (reference_ == 1) return;
    std::vector<Matrix> all;
    std::vector<Matrix> with_last(own_outputs(), Matrix(grams[0].rows, grams[0].columns));
    Matrix last(grams[0].rows, grams[0].columns);
    std::size_t pair = 0;
    for (std::int64_t a = 0; a < own_outputs(); ++a) {
      for (std::int64_t b = a; b < own_outputs(); ++b, ++pair) {
        const std::vector<double>& gram = grams[pair].values;
        for (std::size_t i = 0; i < gram.size(); ++i) {
          with_last[a].values[i] -= gram[i];
          if (a != b) with_last[b].values[i] -= gram[i];
        }
      }
    }
    pair = 0;
    for (std::int64_t a = 0; a < own_outputs(); ++a) {
      for (std::int64_t b = a; b < own_outputs(); ++b, ++pair) all.push_back(std::move(grams[pair]));
      for (std::size_t i = 0; i < last.values.size(); ++i) last.values[i] -= with_last[a].values[i];
      all.push_back(std::move(with_last[a]));
    }
    all.push_back(std::move(last));
    grams = std::move(all);
  }

  // Against the reference, or with a sum of 0.
  std::vector<double> intercepts(std::span<const double> means) const override {
    double level = 0;
    for (const double mean : means) level += std::log(mean) / static_cast<double>(classes_);
    if (reference_ == 1) level = std::log(means[0]);
    std::vector<double> result;
    for (std::int64_t a = reference_; a < classes_; ++a) result.push_back(std::log(means[a]) - level);
    return result;
  }

  double margin(std::span<const double> predictors, double target) const override {
    const auto own = static_cast<std::int64_t>(target) - reference_;
    const double mine = own < 0 ? 0 : predictors[own];
    double margin = std::numeric_limits<double>::infinity();
    if (reference_ == 1 && own >= 0) margin = mine;
    for (std::int64_t a = 0; a < outputs(); ++a) {
      if (a != own) margin = std::min(margin, mine - predictors[a]);
    }
    return margin;
  }

 private:
  std::int64_t own_outputs() const { return classes_ - 1; }  // whose weights are computed

  // [classes, kBlockRows]; adds the loss to `loss`, if requested.
  std::vector<double> probabilities(const Block& block, double* loss) const {
    std::vector<double> values(classes_ * kBlockRows);
    std::array<double, kBlockRows> largest{}, sum{};
    if (reference_ == 0) largest.fill(-std::numeric_limits<double>::infinity());
    for (std::int64_t k = reference_; k < classes_; ++k) {
      double* own = values.data() + k * kBlockRows;
      std::copy_n(block.products + (k - reference_) * kBlockRows, block.rows, own);
      for (std::int64_t row = 0; row < block.rows; ++row) largest[row] = std::max(largest[row], own[row]);
    }
    std::array<double, kBlockRows> scores{};  // of each row's own class
    for (std::int64_t k = 0; k < classes_; ++k) {
      double* own = values.data() + k * kBlockRows;
      for (std::int64_t row = 0; row < block.rows; ++row) {
        own[row] -= largest[row];
        if (block.targets[row] == static_cast<double>(k)) scores[row] = own[row];
      }
      exponentials(own, own, block.rows);
      for (std::int64_t row = 0; row < block.rows; ++row) sum[row] += own[row];
    }
    for (std::int64_t k = 0; k < classes_; ++k) {
      for (std::int64_t row = 0; row < block.rows; ++row) values[k * kBlockRows + row] /= sum[row];
    }
    if (loss != nullptr) {
      logarithms(sum.data(), sum.data(), block.rows);
      for (std::int64_t row = 0; row < block.rows; ++row) *loss += sum[row] - scores[row];
    }
    return values;
  }

  std::int64_t classes_;
  std::int64_t reference_;  // classes without a predictor: 1 or 0
};

}  // namespace

std::unique_ptr<Family> make_multinomial(std::int64_t classes, bool symmetric) { return std::make_unique<Multinomial>(classes, symmetric); }

}  // namespace galen::trainer::linear
