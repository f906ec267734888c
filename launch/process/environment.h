#pragma once

#include <map>
#include <string>
#include <vector>

namespace galen::launch {

/// Variables of a process: name → value.
using Environment = std::map<std::string, std::string>;

Environment current_environment();

/// The value; empty if the variable is not set.
std::string value_of(const Environment& environment, const std::string& name);

/// A whole number of 0 or more; -1 if the variable is not set or not such a number.
int number_of(const Environment& environment, const std::string& name);

/// Names of the variables that workers on other hosts need: those of OpenMP, CUDA, NCCL, HDF5 and Galen, and the search paths of programs
/// and libraries.
std::vector<std::string> names_that_matter(const Environment& environment);

}  // namespace galen::launch
