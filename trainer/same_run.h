#pragma once

#include "trainer/checkpoint/manifest.h"
#include "trainer/logs/progress.h"

namespace galen::trainer {

/// Throws galen::UsageError where what is to be trained `now` cannot go on from a run of which a checkpoint was `saved`: on other data,
/// with other classes or in another order, from another seed, with another model. Tells of what may change last bits.
void check_same_run(const Manifest& saved, const Manifest& now, Progress& progress);

}  // namespace galen::trainer
