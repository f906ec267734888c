#pragma once

#include "data/files/dataset.h"
#include "data/files/subset.h"
#include "data/hdf5/hdf5.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// What a file says about its samples beside their targets: in the arrays that DatasetOptions names, else in those of the schema.
struct SampleMetadata {
  std::vector<std::string> sample_names;  ///< empty where the file has none
  std::vector<std::string> group_names;   ///< one for each group; empty where the file has none
  std::vector<std::int64_t> groups;       ///< of each sample, numbered in order of first appearance
  std::vector<Subset> split;              ///< empty where the file has none
  std::string identifiers;                ///< see schema::kIdentifiersAttribute; empty where the file does not say
};

/// The arrays' names.
std::string patient_array(const DatasetOptions& options);
std::string split_array(const DatasetOptions& options);
std::string sample_id_array(const DatasetOptions& options);

/// Beside an array of samples, of its name and _length or _present: [N] whole numbers, how many values of each sample count along the last
/// dimension; and [N] of 0 and 1, which samples have a value at all.
std::string length_array(const hdf5::Array& input);
std::string present_array(const hdf5::Array& input);

/// Throws galen::Error where an array that goes with the samples, the target among them, does not have one entry for each. To be asked
/// before anything is read: in a damaged file the length of the input itself may be wrong.
void check_lengths(const hdf5::File& file, const hdf5::Array& input, const DatasetOptions& options);

/// After check_lengths(). An array that the options name and the file lacks throws galen::Error.
SampleMetadata read_metadata(const hdf5::File& file, const hdf5::Array& input, const DatasetOptions& options);

/// Arrays with one entry for each of `samples`, in any group, whose names are those that people give to patients' ids.
std::vector<std::string> arrays_like_patients(const hdf5::File& file, std::int64_t samples);

}  // namespace galen::data
