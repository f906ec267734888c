#pragma once

#include <cstdint>
#include <vector>

namespace galen::trainer::linear {

/// The rows of the training split that this worker has, in the order (patient, sample), cut into lanes (data/sampling/patient_lanes.h).
struct Rows {
  std::int64_t columns = 0;
  std::vector<double> values = {};             ///< [n, columns], row by row
  std::vector<double> targets = {};            ///< [n]: a number, a count, or the index of a class
  std::vector<std::int64_t> patients = {};     ///< [n]: rows of one patient are neighbours, and in one lane
  std::vector<std::int64_t> lane_begins = {};  ///< first row of each of this worker's lanes, then n
  std::int64_t lanes = 1;                      ///< of all workers: rank r of W has lane_range({0, lanes}, r, W)

  std::int64_t size() const { return static_cast<std::int64_t>(targets.size()); }
};

}  // namespace galen::trainer::linear
