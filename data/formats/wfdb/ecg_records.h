#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"
#include "data/formats/wfdb/ecg_segments.h"
#include "data/formats/wfdb/wfdb_annotations.h"
#include "data/formats/wfdb/wfdb_header.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace galen::data {

/// A record whose headers have been read and whose files are there.
struct EcgRecord {
  std::string name;                  ///< path from the source's folder, without extension
  WfdbHeader header;                 ///< leads, rate and number of samples of the whole record
  std::vector<EcgSegment> segments;  ///< in order; what none covers is a gap
  std::string annotations;           ///< the file; empty: there is none

  /// Whether segments with all leads cover so many samples from `begin` on.
  bool covers(std::int64_t begin, std::int64_t length) const;
};

template <typename Archive>
void fields(Archive& archive, EcgRecord& record) {
  archive(record.name, record.header, record.segments, record.annotations);
}

EcgRecord open_ecg_record(const std::filesystem::path& header, const std::filesystem::path& folder, const std::string& annotator,
                          const WfdbHeaders& headers);

/// Throws galen::Error where `record` has another sampling rate, number of leads or units than `first`: they cannot be in one array.
void require_same_form(const EcgRecord& first, const EcgRecord& record);

/// A sample: so much of a record.
struct EcgWindow {
  std::size_t record = 0;
  std::int64_t begin = 0;
};

/// Description, patients, notes and read_sample of windows of `length` samples. Voltages come in mV whatever the records' units. A sample
/// that was not taken throws from read_sample. Leads and units that are none of the usual ones keep their text only where
/// identifiers are kept.
void describe_ecg(Source& source, std::vector<EcgRecord> records, std::vector<EcgWindow> windows, std::int64_t length,
                  const ImportOptions& options);

}  // namespace galen::data
