#pragma once

#include "trainer/run/trainer_options.h"

#include <cstdint>
#include <optional>
#include <string>

namespace galen::trainer {

/// The lanes of a run that asks for kAutomaticLanes: the largest power of two up to 8 that has as many samples in a lane as there are
/// lanes, so 8 for a batch of 64 or more, 4 from 16 on, 2 from 4 on. A rule of the batch alone, so that a run has the same bits on any
/// number of workers up to that.
std::int64_t automatic_lanes(std::int64_t batch);

/// `asked`, TrainerOptions::lanes, as a number. More workers than automatic_lanes() get more lanes, the next power of two where the batch
/// has so many samples.
std::int64_t lanes_for(std::int64_t asked, std::int64_t batch, int workers);

/// The lanes of a run: those of the run that is resumed, else lanes_for(). Throws galen::UsageError where they are fewer than workers or
/// more than samples, or where another number is asked for than the resumed run has.
std::int64_t choose_lanes(const TrainerOptions& options, std::optional<std::int64_t> saved_lanes, int workers);

/// For the user, at the start: how many lanes there are, and for which numbers of workers the run's bits hold.
std::string describe_lanes(const TrainerOptions& options, std::int64_t lanes, int threads);

}  // namespace galen::trainer
