#pragma once

#include "trainer/linear/objective.h"

#include <span>

namespace galen::trainer::linear {

// If classes can be separated without an error, or all events of a kind are on one side, the likelihood has no maximum: some
// coefficients grow without bound (Albert & Anderson 1984).

/// Whether the rows are divided by the direction `step` in the design's coefficients: none has a negative margin, and some have positive
/// ones. One pass. Collective.
bool divides(const Objective& objective, std::span<const double> step);

/// Throws galen::Error that names the column that grows fastest along `direction`, and what to do. `complete`: no row is on the
/// border.
[[noreturn]] void throw_separation(const Objective& objective, std::span<const double> direction, bool complete);

}  // namespace galen::trainer::linear
