#pragma once

#include "data/formats/wfdb/wfdb_header.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace galen::data {

/// A stretch of a record whose samples lie in files of its own; a record of one segment is one such stretch.
struct EcgSegment {
  static constexpr std::size_t kAbsent = std::numeric_limits<std::size_t>::max();

  WfdbHeader header;
  std::int64_t begin = 0;            ///< in the record
  std::int64_t samples = 0;          ///< of each lead
  std::vector<std::size_t> lead_of;  ///< of each of the record's leads its number in `header`; kAbsent: the segment does not have it

  std::int64_t end() const { return begin + samples; }
};

template <typename Archive>
void fields(Archive& archive, EcgSegment& segment) {
  archive(segment.header, segment.begin, segment.samples, segment.lead_of);
}

/// What lies under a record's header, in order; gaps are left out. Completes the header of a record of several segments: its leads are
/// those of the layout header, or else of the first segment, and its number of samples is there. In a record with a layout header leads are
/// found by their names; else each segment has all leads in one order. Files that are missing or too short, and segments that do not fit
/// together, throw galen::Error.
std::vector<EcgSegment> open_ecg_segments(WfdbHeader& header, const WfdbHeaders& headers);

/// Paths of the headers that `header` names as its segments, in its folder.
std::vector<std::string> segment_headers(const WfdbHeader& header);

}  // namespace galen::data
