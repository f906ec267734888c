#pragma once

#include "data/hdf5/library.h"

#include <string>
#include <vector>

/// Inner side of the wrapper: arrays whose elements lie in other datasets.
namespace galen::data::hdf5 {

/// The library returns the fill value, without an error, for everything that a virtual dataset's sources do not hold. Throws galen::Error
/// that names the file if a source may not be read, is missing or too small, or has itself elements that are stored nowhere, or if elements
/// of the dataset have no source. `array` is open, in the file at `path`; `where`: the start of errors.
void check_virtual_sources(hid_t array, const std::string& path, const std::string& where);

/// Those of a virtual dataset's source files that exist.
std::vector<std::string> virtual_files(hid_t array, const std::string& path);

}  // namespace galen::data::hdf5
