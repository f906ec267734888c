#pragma once

#include "data/hdf5.h"
#include "data/order/split.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// What a file of the schema says about its samples beside their targets.
struct SampleMetadata {
  std::vector<std::string> sample_names;  ///< empty where the file has none
  std::vector<std::string> group_names;   ///< one for each group; empty where the file has none
  std::vector<std::int64_t> groups;       ///< of each sample, numbered in order of first appearance
  std::vector<Subset> split;              ///< empty where the file has none
  std::string identifiers;                ///< see schema::kIdentifiersAttribute; empty where the file does not say
};

/// Throws galen::Error where an array that goes with the samples, the `target` among them, does not have one entry for each. To be asked
/// before anything is read: in a damaged file the length of the input itself may be wrong.
void check_lengths(const hdf5::File& file, const hdf5::Array& input, const std::string& target);

/// After check_lengths().
SampleMetadata read_metadata(const hdf5::File& file, const hdf5::Array& input);

}  // namespace galen::data
