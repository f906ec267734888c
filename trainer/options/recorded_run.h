#pragma once

#include "trainer/options/experiment_options.h"

#include <map>
#include <string>

namespace galen::trainer {

/// The options of the run that wrote a checkpoint, from its record (Manifest::record). Throws galen::Error that begins with `folder`, the
/// checkpoint's, for a checkpoint without a record, of a program's own model, or with an option that this version does not know.
ExperimentOptions recorded_options(const std::map<std::string, std::string>& record, const std::string& folder);

}  // namespace galen::trainer
