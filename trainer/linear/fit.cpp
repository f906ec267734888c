#include "trainer/linear/fit.h"

#include "galen/error.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace galen::trainer::linear {

Fit::Fit(FitSpecification specification, Rows rows, comm::Communicator& communicator, int threads)
    : specification_(std::move(specification)),
      rows_(std::move(rows)),
      sums_(communicator, rows_.lanes, threads),
      moments_(moments_of(rows_, sums_)) {
  Penalty& penalty = specification_.penalty;
  if (penalty.scale.empty()) penalty.scale.assign(rows_.columns, 1.0);
  if (penalty.firth && (specification_.kind != Kind::kLogistic || specification_.classes != 2)) {
    throw UsageError("penalty.firth is for logistic regression of two classes.");
  }
  if (penalty.firth && penalty.shrinks()) throw UsageError("penalty.firth does not go together with penalty.l2 or penalty.l1.");
  if (moments_.rows_that_are_not_finite > 0) {
    throw Error("{} of {} rows of the training split hold values that are missing or not finite. Set data.impute to fill them in.",
                moments_.rows_that_are_not_finite, moments_.rows);
  }
  if (moments_.rows == 0) throw Error("The training split has no rows.");
  check_targets();
  family_ = make_family();
  problem_ = std::make_unique<Problem>(Problem{rows_, sums_, moments_, *family_, penalty, specification_.names});
  std::vector<double> means{target_mean_};
  if (specification_.classes > 2) {
    means.clear();
    for (const double count : class_rows_) means.push_back(count / static_cast<double>(moments_.rows));
  }
  state_ = first_state(*problem_, means);
  choose_solver();
}

Fit::~Fit() = default;

void Fit::check_targets() {
  const std::int64_t classes = specification_.kind == Kind::kLogistic ? specification_.classes : 0;
  // The mean, rows whose target is no count, then those of each class.
  const std::vector<double> total = sums_.sum(2 + classes, [&] {
    return [&](std::int64_t lane, double* sum) {
      for (std::int64_t row = rows_.lane_begins[lane]; row < rows_.lane_begins[lane + 1]; ++row) {
        const double target = rows_.targets[row];
        sum[0] += target;
        sum[1] += static_cast<double>(target < 0 || target != std::floor(target));
        if (classes > 0) sum[2 + static_cast<std::int64_t>(target)] += 1;
      }
    };
  });
  target_mean_ = total[0] / static_cast<double>(moments_.rows);
  class_rows_.assign(total.begin() + 2, total.end());
  for (std::int64_t k = 0; k < classes; ++k) {
    if (class_rows_[k] > 0) continue;
    throw Error("No row of the training split is of class {} (of {}): its probability cannot be estimated.", k, classes);
  }
  if (specification_.kind == Kind::kPoisson && total[1] > 0) {
    throw Error("{} rows of the training split have a target that is no count (0, 1, 2 …), which model.name = poisson is for.", total[1]);
  }
  if (specification_.kind == Kind::kPoisson && total[0] == 0)
    throw Error("All counts of the training split are 0: there is no rate to estimate.");
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

void Fit::choose_solver() {
  constexpr std::int64_t kMostWithL1 = 10000;
  const std::int64_t size = family_->outputs() * (1 + rows_.columns);
  if (specification_.penalty.l1 > 0) {
    if (size > kMostWithL1) {
      throw UsageError("penalty.l1 is for up to {} coefficients, and these are {}. Leave columns out, or use penalty.l2.", kMostWithL1,
                       size);
    }
    solver_ = make_proximal(*problem_);
  } else if (size > kLargestHessian && !specification_.penalty.firth) {
    solver_ = make_trust_region(*problem_);
  } else {
    solver_ = make_newton(*problem_);
  }
}

std::vector<double> Fit::coefficients() const {
  const Design design = design_of(*problem_, state_);
  return design.plain(gather(design, state_.coefficients));
}

}  // namespace galen::trainer::linear
