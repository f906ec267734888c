#pragma once

#include "trainer/linear/block_pass.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace galen::trainer::linear {

/// A distribution with its canonical link: the loss is −log-likelihood up to a constant, ½ (y − η)² for normal targets.
///
/// The Hessian of the loss in the linear predictors consists of one weight per row for each pair of predictors; pairs are ordered
/// (0, 0), (0, 1) … (0, n − 1), (1, 1) …. Const, and safe to share between threads.
class Family {
 public:
  virtual ~Family() = default;

  virtual std::int64_t outputs() const = 0;         ///< linear predictors
  virtual bool quadratic() const { return false; }  ///< all weights are 1, for any coefficients
  virtual bool separable() const { return false; }  ///< a maximum may not exist: see margin()

  /// From block.products [outputs()]: sets block.residuals [outputs()], the negative slope of the loss in each predictor, and
  /// block.weights, if requested, of gram_pairs() pairs; adds the loss to block.scalars [0] and the number of rows whose margin() is not
  /// positive to [1].
  virtual void evaluate(Block& block) const = 0;

  /// From block.products [2 · outputs()], predictors and then a direction: sets block.residuals [outputs()] = Hessian · direction, row by
  /// row.
  virtual void curve(Block& block) const = 0;

  /// Pairs whose Gram matrices evaluate() computes; complete() derives the others from them.
  virtual std::int64_t gram_pairs() const { return outputs() * (outputs() + 1) / 2; }
  virtual void complete(std::vector<Matrix>& /*grams*/) const {}

  /// Intercepts of the model without columns. `means`: the mean of the targets; for more than two classes the share of each.
  virtual std::vector<double> intercepts(std::span<const double> means) const = 0;

  /// How far a row of this target is on its own side of a direction in the predictors. Along a direction with positive and without negative
  /// margins the likelihood never decreases, so it has no maximum. For separable() families.
  virtual double margin(std::span<const double> predictors, double target) const;
};

std::unique_ptr<Family> make_normal();
std::unique_ptr<Family> make_binary();
std::unique_ptr<Family> make_poisson();

/// `symmetric`: one predictor for each class, for penalties that treat classes alike; otherwise the first class is the reference, whose
/// predictor is 0.
std::unique_ptr<Family> make_multinomial(std::int64_t classes, bool symmetric);

inline constexpr std::int64_t kFamilyScalars = 2;

/// Weights of the gram_pairs() of a row with these predictors, for any target.
std::vector<double> weights_without_slopes(const Family& family, std::span<const double> predictors);

}  // namespace galen::trainer::linear
