#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// The first of many sentences, and how many more there are.
std::string first_of(const std::vector<std::string>& sentences, const std::string& separator);

}  // namespace galen::data
