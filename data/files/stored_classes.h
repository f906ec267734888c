#pragma once

#include "data/files/class_numbers.h"
#include "data/files/stored_targets.h"
#include "data/hdf5/hdf5.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// Classes out of an array of numbers, of text, or of rows with one 1 each. `names`: as the file names the classes, in their order; empty:
/// the values are the names, ascending. Notes say how they were numbered where the file does not. What is no class throws galen::Error
/// naming the sample.

/// `labels`: the array's elements; `numbers`: the different ones.
StoredTargets classes_of_numbers(const hdf5::Array& array, std::span<const double> labels, const ClassNumbers& numbers,
                                 std::vector<std::string> names);

/// Names that print alike are one class.
StoredTargets classes_of_texts(const hdf5::Array& array, std::vector<std::string> names);

/// `labels`: [N, columns], for which is_one_hot() holds.
StoredTargets classes_of_one_hot(const hdf5::Array& array, std::span<const double> labels, std::int64_t columns,
                                 std::vector<std::string> names);

}  // namespace galen::data
