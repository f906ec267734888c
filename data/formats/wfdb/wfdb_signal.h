#pragma once

#include "data/formats/wfdb/wfdb_header.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace galen::data {

/// Samples of a record that each lead has: as the header says, else as the files are long. Costs no reading of samples. Files that are
/// missing or too short, and formats that Galen does not read, throw galen::Error.
std::int64_t count_wfdb_samples(const WfdbHeader& header);

/// The stored samples of a record of one segment, read whole. Where a lead has several samples in a frame, their mean, rounded towards 0 as
/// WFDB's own readers have it.
struct WfdbSignal {
  /// A sample that was not taken, whatever the format's own mark, or that the skew moves in from beyond the end; of a frame: any of its.
  static constexpr std::int32_t kMissing = std::numeric_limits<std::int32_t>::min();

  std::int64_t samples = 0;
  std::vector<std::int32_t> values;  ///< [samples, leads]
};

/// Throws galen::Error as count_wfdb_samples() does, and where a lead's checksum is not the header's.
WfdbSignal read_wfdb_signal(const WfdbHeader& header);

}  // namespace galen::data
