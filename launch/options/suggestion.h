#pragma once

#include <span>
#include <string>

namespace galen::launch {

/// The known name that `name` probably means; empty if there is none. First the only one with this last part, so that "learning_rate" finds
/// "optimizer.learning_rate"; then one with this name in other tools (aliases.h); then one with a similar spelling. Case, _ and - are
/// ignored in the first two.
std::string nearest(const std::string& name, std::span<const std::string> known);

/// " Did you mean X?", or empty if no known name is near.
std::string did_you_mean(const std::string& name, std::span<const std::string> known, const std::string& prefix = "");

}  // namespace galen::launch
