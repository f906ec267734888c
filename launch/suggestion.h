#pragma once

#include <span>
#include <string>

namespace galen::launch {

/// The known name that `name` was probably meant to be; empty where none is near. The part after the last dot counts too, so that
/// "learning_rate" finds "optimizer.learning_rate".
std::string nearest(const std::string& name, std::span<const std::string> known);

/// " Did you mean X?", or nothing where no known name is near.
std::string did_you_mean(const std::string& name, std::span<const std::string> known, const std::string& prefix = "");

}  // namespace galen::launch
