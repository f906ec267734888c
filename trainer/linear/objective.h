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

/// ½ · l2 · ‖v‖² + l1 · ‖v‖₁ over v[c] = scale[c] · plain coefficient of column c; intercepts are free. And Firth's: −½ log det of the
/// Hessian.
struct Penalty {
  double l2 = 0;
  double l1 = 0;
  bool firth = false;
  std::vector<double> scale = {};  ///< [table columns]

  bool shrinks() const { return l2 > 0 || l1 > 0; }
};

/// How what is fitted is called.
struct Names {
  std::vector<std::string> columns = {};
  std::vector<std::string> outputs = {};  ///< of the linear predictors: a class or a target each
  std::string reference = {};             ///< the class that others are compared with, where there is one
};

/// What is to be fitted, to which rows. Whoever makes it keeps the parts alive.
struct Problem {
  const TableRows& rows;
  const LaneSums& sums;
  const Start& start;
  const Moments& moments;  ///< start.moments
  const Family& family;
  const Penalty& penalty;
  const Names& names;
};

/// The objective at some coefficients.
struct Point {
  double loss = 0;                     ///< without penalties
  double objective = 0;                ///< with all of them, but for Firth's
  std::vector<double> gradient = {};   ///< Xᵀr − l2 · v …: the way down, without l1; zero at an optimum where l1 is 0
  std::optional<Matrix> hessian = {};  ///< of loss and l2, where it was asked for
  double not_separated = 0;            ///< rows whose margin is not positive
};

/// The objective as a function of the design's coefficients, [outputs · width]. Collective; the same on every rank.
class Objective {
 public:
  Objective(const Problem& problem, const Design& design);

  /// One pass over the rows.
  Point at(std::span<const double> coefficients, bool with_hessian) const;

  /// Where all slopes are 0, without a pass; the Hessian where Start has the Gram matrix. For the design of all columns that vary.
  Point at_start() const;

  /// Of a quadratic family, with the Hessian, by the sums of Start and without a pass. The loss has as many digits less as it is smaller
  /// than that of the start.
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
