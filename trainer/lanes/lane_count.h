#pragma once

#include "trainer/run/trainer_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace galen::trainer {

/// The lanes of a run with kAutomaticLanes: the largest power of two up to 8 for which a lane has at least as many samples as there are
/// lanes, so 8 for a batch of 64 or more, 4 from 16 on, 2 from 4 on. It depends only on the batch, so that a run has the same bits on any
/// number of workers up to it.
std::int64_t automatic_lanes(std::int64_t batch);

/// Resolves `asked`, a value of TrainerOptions::lanes. More workers than automatic_lanes() get more lanes, the next power of two if the
/// batch has so many samples.
std::int64_t lanes_for(std::int64_t asked, std::int64_t batch, int workers);

/// The lanes of a run: those of the resumed run, else lanes_for(). Throws galen::UsageError if they are fewer than workers or more than
/// samples, or if another number is requested than the resumed run has.
std::int64_t choose_lanes(const TrainerOptions& options, std::optional<std::int64_t> saved_lanes, int workers);

/// For the user, at the start: the number of lanes, and the numbers of workers that give the same bits.
std::string describe_lanes(const TrainerOptions& options, std::int64_t lanes, int threads);

}  // namespace galen::trainer
