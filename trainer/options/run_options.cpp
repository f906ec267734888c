#include "trainer/options/run_options.h"

namespace galen::trainer {

std::vector<Option> run_options(ExperimentOptions& experiment) { return describe(experiment.schedule); }

}  // namespace galen::trainer
