#pragma once

#include "comm/communicator.h"
#include "galen/enum_names.h"
#include "trainer/linear/solver.h"

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace galen::trainer::linear {

enum class Kind { kLinear, kLogistic, kPoisson };
constexpr auto enum_names(Kind) {
  return std::to_array<EnumName<Kind>>({{Kind::kLinear, "linear"}, {Kind::kLogistic, "logistic"}, {Kind::kPoisson, "poisson"}});
}

/// The model to fit.
struct FitSpecification {
  Kind kind = Kind::kLinear;
  std::int64_t classes = 0;  ///< of logistic regression
  Penalty penalty = {};      ///< empty scale: all 1, the penalty is on coefficients of unscaled columns
  Names names = {};          ///< of the columns; of the classes, or the target
};

/// A regression from its rows to its coefficients, round by round. Every call is collective, and gives the same bits on every rank, for any
/// number of ranks and threads.
class Fit {
 public:
  /// Reads the rows once (see start_of()). Throws galen::Error for values that are not finite, a class without rows and targets that the
  /// model does not allow; galen::UsageError for a penalty that does not fit the model. `communicator` must outlive this.
  Fit(FitSpecification specification, TableRows rows, comm::Communicator& communicator, int threads);
  ~Fit();

  void next() { solver_->next(state_); }
  const FitState& state() const { return state_; }
  void restore(const FitState& state) { state_ = state; }

  /// Of the unscaled columns, [outputs · (1 + columns)]: intercept first, 0 for columns that are left out.
  std::vector<double> coefficients() const;

  const Problem& problem() const { return *problem_; }
  const FitSpecification& specification() const { return specification_; }
  const std::vector<double>& class_rows() const { return class_rows_; }  ///< [classes]
  double target_mean() const { return target_mean_; }

 private:
  void check_penalty();
  void check_targets();
  std::unique_ptr<Family> make_family() const;
  bool forms_hessian() const;
  std::unique_ptr<Solver> make_solver() const;

  FitSpecification specification_;
  TableRows rows_;
  LaneSums sums_;
  std::vector<double> class_rows_;
  double target_mean_ = 0;
  std::unique_ptr<Family> family_;
  Start start_;
  std::unique_ptr<Problem> problem_;
  std::unique_ptr<Solver> solver_;
  FitState state_;
};

}  // namespace galen::trainer::linear
