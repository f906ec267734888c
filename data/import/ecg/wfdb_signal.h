#pragma once

#include "data/import/ecg/wfdb_header.h"

#include <cstdint>
#include <vector>

namespace galen::data {

/// Samples of a record that each lead has: as the header says, else as the files are long. Costs no reading of samples. Files that are
/// missing or too short, and formats other than 16, 61, 80 and 212, throw galen::Error.
std::int64_t count_wfdb_samples(const WfdbHeader& header);

/// The stored samples of a record, read whole.
struct WfdbSignal {
  static constexpr std::int16_t kMissing = INT16_MIN;  ///< WFDB's mark for a sample that was not taken, whatever the format

  std::int64_t samples = 0;
  std::vector<std::int16_t> values;  ///< [samples, leads]
};

/// Throws galen::Error as count_wfdb_samples() does, and where a lead's checksum is not the header's.
WfdbSignal read_wfdb_signal(const WfdbHeader& header);

}  // namespace galen::data
