#pragma once

#include "launch/options/configuration.h"
#include "launch/options/option.h"
#include "trainer/evaluation/report.h"
#include "trainer/predictor/saved_model.h"

#include <string>
#include <vector>

namespace galen::launch {

/// What `galen evaluate` and `galen predict` share: a checkpoint, and the data that it is run over.
std::vector<Option> application_options(trainer::ApplicationOptions& application);

/// Reads the command line into `configuration`, whose options are those of `application` and `intervals`. What it leaves open is as the
/// checkpoint was trained: data set, split, intervals. A run's folder stands for its best checkpoint.
void read_application(Configuration& configuration, const CommandLine& line, trainer::ApplicationOptions& application,
                      trainer::IntervalOptions& intervals);

/// Prints where it was computed, and what the user has to know of how the data was taken.
void tell_notes(const trainer::Application& application);

}  // namespace galen::launch
