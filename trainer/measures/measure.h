#pragma once

#include "trainer/measures/statistics/figures.h"
#include "trainer/measures/statistics/interval.h"
#include "trainer/measures/statistics/patients.h"
#include "trainer/measures/statistics/sums.h"

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace galen::trainer {

/// An interval by a formula. `of_shares`: how intervals of shares are found, kWilson or kClopperPearson.
using ClosedForm = std::function<Interval(const Patients& patients, Method of_shares)>;

/// A figure that is resampled, but is no formula of sums.
using Resampled = std::function<std::unique_ptr<Figures>(const Patients& patients)>;

/// One figure of an evaluation over some samples, and how its 95 % interval is found.
struct Measure {
  std::string name;  ///< see larger_is_better()
  double value = 0;  ///< NaN where it is undefined (AUC with one class present)
  std::variant<ClosedForm, Formula, Resampled> interval = {};
};

}  // namespace galen::trainer
