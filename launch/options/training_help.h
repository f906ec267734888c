#pragma once

#include "launch/options/help.h"

#include <string>
#include <vector>

namespace galen::launch {

/// What `galen train --help` prints: the options that all models share, and the models with a line each. With a model's name behind
/// --help: the options of that model. A name that no model has throws galen::UsageError.
std::string training_help(const std::vector<std::string>& arguments, const Manual& manual, const std::vector<Option>& options);

}  // namespace galen::launch
