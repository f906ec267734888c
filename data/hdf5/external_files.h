#pragma once

#include "data/hdf5/library.h"

#include <string>
#include <vector>

/// Inner side of the wrapper: arrays whose elements lie in other files.
namespace galen::data::hdf5 {

/// The library returns the fill value, without an error, for everything that a dataset's external files do not hold. Throws galen::Error
/// that names the file if one may not be read, is missing or too small. `where`: the start of errors.
void check_external_files(hid_t array, const std::string& where);

/// The files of an array's external storage.
std::vector<std::string> external_files(hid_t array);

}  // namespace galen::data::hdf5
