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

/// An interval by a formula. `of_shares`: the method for shares, kWilson or kClopperPearson.
using ClosedForm = std::function<Interval(const Patients& patients, Method of_shares)>;

/// A resampled metric that is not a formula of sums.
using Resampled = std::function<std::unique_ptr<Figures>(const Patients& patients)>;

enum class Direction { kLargerIsBetter, kSmallerIsBetter };

/// One metric of an evaluation over some samples, and the method of its 95 % interval.
struct Measure {
  std::string name;
  double value = 0;  ///< NaN if it is undefined (AUC with one class present)
  std::variant<ClosedForm, Formula, Resampled> interval = {};
  Direction direction = Direction::kLargerIsBetter;
};

}  // namespace galen::trainer
