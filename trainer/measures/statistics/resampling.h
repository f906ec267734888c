#pragma once

#include "comm/communicator.h"
#include "trainer/measures/statistics/figures.h"
#include "trainer/measures/statistics/resamples.h"

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// values[figure][r]: the metrics in resamples 0 … resamples - 1, those of all `families` one after the other. Resample r is computed by
/// rank r mod W, whose threads share its resamples: the same bits for any number of ranks and threads. Collective.
std::vector<std::vector<double>> resample(const std::vector<const Figures*>& families, const Resamples& draws, std::int64_t resamples,
                                          comm::Communicator& communicator);

}  // namespace galen::trainer
