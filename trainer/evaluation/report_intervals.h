#pragma once

#include "comm/communicator.h"
#include "trainer/evaluation/report.h"
#include "trainer/measures/measure.h"

#include <vector>

namespace galen::trainer {

/// Adds the measures with their intervals to the report, and a note on each interval that is missing or excludes resamples. Collective.
void add_estimates(Report& report, const std::vector<Measure>& measures, const Patients& patients, const IntervalOptions& options,
                   comm::Communicator& communicator);

}  // namespace galen::trainer
