#pragma once

#include "launch/options/configuration.h"
#include "launch/options/option.h"
#include "trainer/evaluation/report.h"
#include "trainer/predictor/saved_model.h"

#include <string>
#include <vector>

namespace galen::launch {

/// The common options of `galen evaluate` and `galen predict`: a checkpoint, and the data to apply it to.
std::vector<Option> application_options(trainer::ApplicationOptions& application);

/// Reads the command line into `configuration`, whose options are those of `application` and `intervals`. Options not given are as in the
/// checkpoint's run: data set, split, intervals. A run's folder stands for its best checkpoint.
void read_application(Configuration& configuration, const CommandLine& line, trainer::ApplicationOptions& application,
                      trainer::IntervalOptions& intervals);

/// Prints the device, and notes on how the data was read.
void tell_notes(const trainer::Application& application);

}  // namespace galen::launch
