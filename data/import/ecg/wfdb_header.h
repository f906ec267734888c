#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// One lead of a WFDB record, as the header describes it: value = (stored - baseline) / gain, in units.
struct WfdbLead {
  std::string file;              ///< of the samples, in the header's folder
  int format = 0;                ///< WFDB's number: 212, 16 …
  std::int64_t byte_offset = 0;  ///< of the first sample in the file
  double gain = 200;
  double baseline = 0;
  std::string units = "mV";
  std::optional<std::int64_t> checksum;  ///< sum of all stored samples, modulo 65536
  std::string name;                      ///< MLII, V5 …; its number, from 1, where the header has none
};

/// What a header file (.hea) of WFDB says, but for dates and comments, which may tell the patient.
struct WfdbHeader {
  std::string path;
  double rate = 250;         ///< Hz
  std::int64_t samples = 0;  ///< of each lead; 0: as many as the files hold
  std::vector<WfdbLead> leads;
};

/// Reads a header as WFDB's header(5) has it. One that is none, of several segments, or with leads of several rates or shifted against each
/// other throws galen::Error that names file and line.
WfdbHeader read_wfdb_header(const std::string& path);

/// Whether a file starts as a header of WFDB does.
bool is_wfdb_header(const std::string& path);

}  // namespace galen::data
