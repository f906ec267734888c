#pragma once

#include "launch/options/configuration.h"

namespace galen::launch {

/// Throws galen::UsageError if a key that is set belongs to other models than the configuration's model.name: names those models, and the
/// keys of this one. A key of section [model], which all networks share, may be in a file with its default. Then removes the options of
/// other models from the configuration.
void keep_keys_of_model(Configuration& configuration);

}  // namespace galen::launch
