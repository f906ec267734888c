#include "trainer/linear/fit.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace galen::trainer::linear {

Fit::Fit(FitSpecification specification, TableRows rows, comm::Communicator& communicator, int threads)
    : specification_(std::move(specification)), rows_(std::move(rows)), sums_(communicator, rows_.lanes, threads) {
  check_penalty();
  check_targets();
  family_ = make_family();
  std::vector<double> means{target_mean_};
  if (specification_.classes > 2) {
    means = class_rows_;
    const double total = std::accumulate(means.begin(), means.end(), 0.0);
    for (double& mean : means) mean /= total;
  }
  start_ = start_of(rows_, sums_, *family_, family_->intercepts(means), forms_hessian());
  problem_ =
      std::make_unique<Problem>(Problem{rows_, sums_, start_, start_.moments, *family_, specification_.penalty, specification_.names});
  state_ = first_state(*problem_);
  solver_ = make_solver();
}

Fit::~Fit() = default;

void Fit::check_penalty() {
  Penalty& penalty = specification_.penalty;
  if (penalty.scale.empty()) penalty.scale.assign(rows_.columns, 1.0);
  if (penalty.firth && (specification_.kind != Kind::kLogistic || specification_.classes != 2)) {
    throw UsageError("penalty.firth is for logistic regression of two classes.");
  }
  if (penalty.firth && penalty.shrinks()) throw UsageError("penalty.firth cannot be combined with penalty.l2 or penalty.l1.");
}

void Fit::check_targets() {
  enum { kRows, kNotFinite, kSum, kNoCounts, kTotals };
  const std::int64_t classes = specification_.kind == Kind::kLogistic ? specification_.classes : 0;
  const std::vector<double> total = sums_.sum(kTotals + classes, [&] {
    return [&](std::int64_t lane, double* sum) {
      for (std::int64_t row = rows_.lane_begins[lane]; row < rows_.lane_begins[lane + 1]; ++row) {
        const double target = rows_.targets[row];
        sum[kRows] += 1;
        sum[kNotFinite] += static_cast<double>(!std::isfinite(target));
        sum[kSum] += target;
        sum[kNoCounts] += static_cast<double>(target < 0 || target != std::floor(target));
        if (classes > 0 && std::isfinite(target)) sum[kTotals + static_cast<std::int64_t>(target)] += 1;
      }
    };
  });
  if (total[kRows] == 0) throw Error("The training split has no rows.");
  if (total[kNotFinite] > 0) refuse_rows_that_are_not_finite(rows_, sums_);
  target_mean_ = total[kSum] / total[kRows];
  class_rows_.assign(total.begin() + kTotals, total.end());
  for (std::int64_t k = 0; k < classes; ++k) {
    if (class_rows_[k] > 0) continue;
    throw Error("No row of the training split is of class {} (of {}): its probability cannot be estimated.", k, classes);
  }
  if (specification_.kind == Kind::kPoisson && total[kNoCounts] > 0) {
    throw Error("{} rows of the training split have a target that is not a count (0, 1, 2 …), which model.name = poisson is for.",
                total[kNoCounts]);
  }
  if (specification_.kind == Kind::kPoisson && total[kSum] == 0)
    throw Error("All counts of the training split are 0, so no rate can be estimated.");
}

std::unique_ptr<Family> Fit::make_family() const {
  switch (specification_.kind) {
    case Kind::kLinear:
      return make_normal();
    case Kind::kPoisson:
      return make_poisson();
    case Kind::kLogistic:
      break;
  }
  if (specification_.classes == 2) return make_binary();
  return make_multinomial(specification_.classes, specification_.penalty.shrinks());
}

bool Fit::forms_hessian() const {
  const std::int64_t size = family_->outputs() * (1 + rows_.columns);
  const Penalty& penalty = specification_.penalty;
  constexpr std::int64_t kMostWithL1 = 10000;
  if (penalty.l1 > 0 && size > kMostWithL1) {
    throw UsageError("penalty.l1 is for up to {} coefficients, and these are {}. Leave columns out, or use penalty.l2.", kMostWithL1, size);
  }
  return penalty.l1 > 0 || penalty.firth || size <= kLargestHessian;
}

std::unique_ptr<Solver> Fit::make_solver() const {
  if (!forms_hessian()) return make_trust_region(*problem_);
  return specification_.penalty.l1 > 0 ? make_proximal(*problem_) : make_newton(*problem_);
}

std::vector<double> Fit::coefficients() const {
  const Design design = design_of(*problem_, state_);
  return design.plain(gather(design, state_.coefficients));
}

}  // namespace galen::trainer::linear
