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
/// The Hessian of the loss in the linear predictors is made of one weight a row for each pair of them; pairs follow each other as
/// (0, 0), (0, 1) … (0, n − 1), (1, 1) …. Const, and safe to share between threads.
class Family {
 public:
  virtual ~Family() = default;

  virtual std::int64_t outputs() const = 0;         ///< linear predictors
  virtual bool quadratic() const { return false; }  ///< all weights are 1, whatever the coefficients
  virtual bool separable() const { return false; }  ///< there may be no maximum: see margin()

  /// From block.products [outputs()]: block.residuals [outputs()], the negative slope of the loss in each predictor; block.weights, where
  /// asked for, of gram_pairs() pairs; adds to block.scalars [0] the loss and to [1] the rows whose margin() is not positive.
  virtual void evaluate(Block& block) const = 0;

  /// From block.products [2 · outputs()], predictors and then a direction: block.residuals [outputs()] = Hessian · direction, row by row.
  virtual void curve(Block& block) const = 0;

  /// Pairs whose Gram matrices evaluate() asks for; complete() makes the others of them.
  virtual std::int64_t gram_pairs() const { return outputs() * (outputs() + 1) / 2; }
  virtual void complete(std::vector<Matrix>& /*grams*/) const {}

  /// Intercepts of the model without columns. `means`: the mean of the targets; of more than two classes the share of each.
  virtual std::vector<double> intercepts(std::span<const double> means) const = 0;

  /// How far a row of this target lies on its own side of a direction in the predictors: a direction without negative margins and with
  /// positive ones can be followed without end, and the likelihood never falls. For separable() families.
  virtual double margin(std::span<const double> predictors, double target) const;
};

std::unique_ptr<Family> make_normal();
std::unique_ptr<Family> make_binary();
std::unique_ptr<Family> make_poisson();

/// `symmetric`: a predictor for each class, as a penalty is to treat classes alike; else the first class is the reference, whose predictor
/// is 0.
std::unique_ptr<Family> make_multinomial(std::int64_t classes, bool symmetric);

inline constexpr std::int64_t kFamilyScalars = 2;

/// Of each of the gram_pairs(), where all rows have these predictors: what a row weighs, whatever its target.
std::vector<double> weights_without_slopes(const Family& family, std::span<const double> predictors);

}  // namespace galen::trainer::linear
