#pragma once

#include "data/hdf5/library.h"

#include <string>
#include <vector>

/// Inner side of the wrapper: arrays whose elements lie in other files or datasets.
namespace galen::data::hdf5 {

/// The library hands out the fill value, without an error, for all that a virtual dataset's sources or a dataset's external files do not
/// hold. Throws galen::Error naming the file where one of them is beyond reach, missing or too small, has itself elements that lie nowhere,
/// or where some elements of a virtual dataset have no source. `array` is open, in the file at `path`; `where`: as errors begin.
void check_virtual_sources(hid_t array, const std::string& path, const std::string& where);
void check_external_files(hid_t array, const std::string& where);

/// The files that hold an array's elements: those that exist of a virtual dataset's sources, and external storage.
std::vector<std::string> virtual_files(hid_t array, const std::string& path);
std::vector<std::string> external_files(hid_t array);

}  // namespace galen::data::hdf5
