#pragma once

#include "data/files/dataset_file.h"

#include <span>

namespace galen::data {

/// Throws galen::Error where two of the files are one and the same, or hold the same samples with the same targets: each would count
/// twice, and lie on both sides of a drawn split. Reads no more than it takes to see that two files differ.
void check_no_file_twice(std::span<const DatasetFile> files);

}  // namespace galen::data
