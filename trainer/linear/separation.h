#pragma once

#include "trainer/linear/objective.h"

#include <span>

namespace galen::trainer::linear {

// Where classes can be separated without an error, or all events of a kind lie on one side, the likelihood has no maximum: some
// coefficients grow without end (Albert & Anderson 1984).

/// Whether the rows are divided by the direction `step` in the design's coefficients: none has a negative margin, and some have positive
/// ones. One pass. Collective.
bool divides(const Objective& objective, std::span<const double> step);

/// Throws galen::Error that names the column that grows the fastest along `direction`, and what to do. `complete`: no row lies on the
/// border.
[[noreturn]] void throw_separation(const Objective& objective, std::span<const double> direction, bool complete);

}  // namespace galen::trainer::linear
