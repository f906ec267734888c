#pragma once

#include "trainer/linear/block_pass.h"
#include "trainer/linear/family.h"
#include "trainer/linear/start.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer::linear {

/// ½ · l2 · ‖v‖² + l1 · ‖v‖₁ over v[c] = scale[c] · plain coefficient of column c; intercepts are not penalised. Firth's penalty: −½ log
/// det of the Hessian.
struct Penalty {
  double l2 = 0;
  double l1 = 0;
  bool firth = false;
  std::vector<double> scale = {};  ///< [table columns]

  bool shrinks() const { return l2 > 0 || l1 > 0; }
};

/// Names of the columns and outputs, for messages and reports.
struct Names {
  std::vector<std::string> columns = {};
  std::vector<std::string> outputs = {};  ///< of the linear predictors: a class or a target each
  std::string reference = {};             ///< the class with which others are compared, if there is one
};

/// The model and the rows of a fit. The owner keeps the parts alive.
struct Problem {
  const TableRows& rows;
  const LaneSums& sums;
  const Start& start;
  const Moments& moments;  ///< start.moments
  const Family& family;
  const Penalty& penalty;
  const Names& names;
};

/// The objective and its derivatives at some coefficients.
struct Point {
  double loss = 0;                     ///< without penalties
  double objective = 0;                ///< with all of them, except Firth's
  std::vector<double> gradient = {};   ///< Xᵀr − l2 · v …: the negative gradient, without l1; zero at an optimum if l1 is 0
  std::optional<Matrix> hessian = {};  ///< of loss and l2, if requested
  double not_separated = 0;            ///< rows whose margin is not positive
};

/// The objective as a function of the design's coefficients, [outputs · width]. Collective; the same on every rank.
class Objective {
 public:
  Objective(const Problem& problem, const Design& design);

  /// One pass over the rows.
  Point at(std::span<const double> coefficients, bool with_hessian) const;

  /// The point with all slopes 0, without a pass; with the Hessian if Start has the Gram matrix. For the design of all columns that vary.
  Point at_start() const;

  /// A point of a quadratic family, with the Hessian, from the sums of Start and without a pass. The loss loses as many digits as it is
  /// smaller than that of the start.
  Point of_squares(std::span<const double> coefficients) const;

  /// Hessian · direction, by one pass without a Gram matrix.
  std::vector<double> curve(std::span<const double> coefficients, std::span<const double> direction) const;

  std::int64_t size() const { return outputs_ * design_.width(); }
  std::int64_t outputs() const { return outputs_; }
  const std::vector<double>& l2() const { return l2_; }  ///< [size()]
  const std::vector<double>& l1() const { return l1_; }
  const Problem& problem() const { return problem_; }
  const Design& design() const { return design_; }

 private:
  Matrix assemble(std::vector<Matrix> grams) const;
  void add_penalty(std::span<const double> coefficients, Point& point) const;

  const Problem& problem_;
  const Design& design_;
  std::int64_t outputs_;
  std::vector<double> l2_, l1_;
};

}  // namespace galen::trainer::linear
