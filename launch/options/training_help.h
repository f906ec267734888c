#pragma once

#include "launch/options/help.h"

#include <string>
#include <vector>

namespace galen::launch {

/// The text of `galen train --help`: the options that all models share, and the models with one line each. With a model's name after
/// --help: the options of that model. Throws galen::UsageError for an unknown name.
std::string training_help(const std::vector<std::string>& arguments, const Manual& manual, const std::vector<Option>& options);

}  // namespace galen::launch
