#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// A mark that a person or program put on a record.
struct WfdbAnnotation {
  std::int64_t sample = 0;  ///< where in the record, at the record's sampling rate
  int code = 0;             ///< what: WFDB's number, see beats.h
  int subtype = 0;
  int channel = 0;
  int number = 0;
  std::string text;
};

/// The annotations of a file in MIT's format (annot(5)), in the file's order, those with code 0 (not a QRS complex) among them. `rate`: of
/// the record, for files that have a time resolution of their own. A damaged file throws galen::Error that names it.
std::vector<WfdbAnnotation> read_wfdb_annotations(const std::string& path, double rate);

}  // namespace galen::data
