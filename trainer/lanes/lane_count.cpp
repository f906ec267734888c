#include "trainer/lanes/lane_count.h"

#include "galen/error.h"

#include <algorithm>
#include <bit>

namespace galen::trainer {

namespace {

constexpr std::int64_t kMostAutomatic = 8;

}  // namespace

// Small lanes cost time, and accuracy with batch normalisation: docs/limits.md has figures.
std::int64_t automatic_lanes(std::int64_t batch) {
  std::int64_t lanes = kMostAutomatic;
  while (lanes > 1 && lanes * lanes > batch) lanes /= 2;
  return lanes;
}

std::int64_t lanes_for(std::int64_t asked, std::int64_t batch, int workers) {
  if (asked == kLaneForEachWorker) return workers;
  if (asked != kAutomaticLanes) return asked;
  const std::int64_t usual = automatic_lanes(batch);
  if (workers <= usual) return usual;
  const auto power = static_cast<std::int64_t>(std::bit_ceil(static_cast<unsigned>(workers)));
  return std::max<std::int64_t>(workers, std::min(power, batch));
}

// The number of lanes belongs to the run, not to the command that resumes it.
std::int64_t choose_lanes(const TrainerOptions& options, std::optional<std::int64_t> saved_lanes, int workers) {
  if (saved_lanes && options.lanes > 0 && options.lanes != *saved_lanes) {
    throw UsageError("trainer.lanes = {}, but the run to be resumed has {} lanes. Remove the key, or start another run.", options.lanes,
                     *saved_lanes);
  }
  const std::int64_t lanes = saved_lanes ? *saved_lanes : lanes_for(options.lanes, options.batch, workers);
  if (workers > lanes) {
    throw UsageError("{} workers were started for {} lanes. Start at most one worker a lane, or start a run with more trainer.lanes.",
                     workers, lanes);
  }
  if (options.batch < lanes) {
    throw UsageError("trainer.batch = {} is smaller than the number of lanes, {}. Every worker needs at least one sample a step.",
                     options.batch, lanes);
  }
  return lanes;
}

std::string describe_lanes(const TrainerOptions& options, std::int64_t lanes, int threads) {
  const std::string text = fmt::format("lanes: {} for each batch of {}; the same bits on 1 to {} workers with trainer.threads = {}", lanes,
                                       options.batch, lanes, threads);
  const std::int64_t usual = automatic_lanes(options.batch);
  if (options.lanes != kAutomaticLanes || lanes <= usual) return text + ".";
  return text + fmt::format(", but not those of up to {} workers, which have {} lanes by default. There, set trainer.lanes = {}.", usual,
                            usual, lanes);
}

}  // namespace galen::trainer
