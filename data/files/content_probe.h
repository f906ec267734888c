#pragma once

#include "data/files/dataset.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Digests of what some samples of a data set hold: their values, of all inputs, and masks, as they are stored. All samples where they take
/// up to 32 MiB; else the first, the last and others that are drawn at random, the same for every data set of that size.
struct ContentProbe {
  bool whole = false;                 ///< all samples are in it
  std::vector<std::int64_t> samples;  ///< ascending
  std::vector<std::int64_t> digests;  ///< XXH3-64 of each

  std::string digest() const;  ///< XXH3-128 of all, as 32 hex digits

  bool operator==(const ContentProbe&) const = default;
};

/// Reads them: a fraction of a second.
ContentProbe probe_content(const Dataset& dataset);

/// Digests of what stands beside some samples: the names of sample and patient, the target. Masks belong to the values.
std::vector<std::int64_t> digests_beside(const Dataset& dataset, const std::vector<std::int64_t>& samples);

/// Reads all samples, and masks, once. Of a data set that was opened with data.verify, damage throws galen::Error.
void read_all(const Dataset& dataset);

}  // namespace galen::data
