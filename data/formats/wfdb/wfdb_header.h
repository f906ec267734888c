#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// One lead of a WFDB record, as the header describes it: value = (stored - baseline) / gain, in units.
struct WfdbLead {
  std::string file;                ///< of the samples, in the header's folder
  int format = 0;                  ///< WFDB's number: 212, 16 …
  std::int64_t frame_samples = 1;  ///< in each frame: more than 1 where the lead was sampled more often than the record's rate
  std::int64_t skew = 0;           ///< frames by which the lead's samples come too late in the file
  std::int64_t byte_offset = 0;    ///< of the first sample in the file
  double gain = 200;
  double baseline = 0;
  std::string units = "mV";
  std::int64_t initial_value = 0;        ///< to which the differences of format 8 are added
  std::optional<std::int64_t> checksum;  ///< sum of all stored samples, modulo 65536; none where the header says 0
  std::string name;                      ///< MLII, V5 …; its number, from 1, where the header has none
};

/// A part of a record of several segments.
struct WfdbSegment {
  std::string record;        ///< whose header lies beside this one; kWfdbNothing: a gap
  std::int64_t samples = 0;  ///< of each lead; 0 of the first one: its header only tells the layout
};

/// In place of a segment or of a lead's file: there is none.
inline constexpr char kWfdbNothing[] = "~";

/// What a header file (.hea) of WFDB says, but for dates and comments, which may tell the patient.
struct WfdbHeader {
  std::string path;
  double rate = 250;         ///< Hz
  std::int64_t samples = 0;  ///< of each lead; 0: as many as the files hold
  std::size_t lead_count = 0;
  std::vector<WfdbLead> leads;        ///< empty in a record of several segments, whose headers have them
  std::vector<WfdbSegment> segments;  ///< empty: the record is one
};

template <typename Archive>
void fields(Archive& archive, WfdbLead& lead) {
  archive(lead.file, lead.format, lead.frame_samples, lead.skew, lead.byte_offset, lead.gain, lead.baseline, lead.units, lead.initial_value,
          lead.checksum, lead.name);
}
template <typename Archive>
void fields(Archive& archive, WfdbSegment& segment) {
  archive(segment.record, segment.samples);
}
template <typename Archive>
void fields(Archive& archive, WfdbHeader& header) {
  archive(header.path, header.rate, header.samples, header.lead_count, header.leads, header.segments);
}

/// Where headers come from: read_wfdb_header(), or a table of those that were read before.
using WfdbHeaders = std::function<WfdbHeader(const std::string& path)>;

/// Reads a header as WFDB's header(5) has it. One that is none throws galen::Error that names file and line.
WfdbHeader read_wfdb_header(const std::string& path);

/// Whether a file starts as a header of WFDB does.
bool is_wfdb_header(const std::string& path);

}  // namespace galen::data
