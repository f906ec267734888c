#pragma once

#include <string>
#include <vector>

/// Inner side of the wrapper: where the library looks for other files.
namespace galen::data::hdf5 {

/// The folders that the environment variable names, separated by colons; ${ORIGIN} is the folder of the file at `path`.
std::vector<std::string> folders_in(const char* variable, const std::string& path);

}  // namespace galen::data::hdf5
