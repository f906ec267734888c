#pragma once

#include <span>
#include <string>

namespace galen::launch {

/// The known name that `name` was probably meant to be; empty where none is. First the only one that has this last part, so that
/// "learning_rate" finds "optimizer.learning_rate"; then one that other tools call so (aliases.h); then one that is spelt nearly so. Case,
/// _ and - do not count in the first two.
std::string nearest(const std::string& name, std::span<const std::string> known);

/// " Did you mean X?", or nothing where no known name is near.
std::string did_you_mean(const std::string& name, std::span<const std::string> known, const std::string& prefix = "");

}  // namespace galen::launch
