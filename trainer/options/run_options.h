#pragma once

#include "galen/option.h"
#include "trainer/options/experiment_options.h"

#include <vector>

namespace galen::trainer {

/// The options of a run, each described beside its struct. What another struct of options describes is appended there.
std::vector<Option> run_options(ExperimentOptions& experiment);

}  // namespace galen::trainer
