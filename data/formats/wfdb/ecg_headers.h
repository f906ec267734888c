#pragma once

#include "data/formats/discovery.h"
#include "data/formats/shared_work.h"
#include "data/formats/wfdb/wfdb_header.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace galen::data {

/// The header of the record that a file belongs to.
std::filesystem::path wfdb_header_of(std::filesystem::path file);

/// The headers of a source, each read once, by one rank; what lies elsewhere is read when it is asked for.
class EcgHeaders {
 public:
  explicit EcgHeaders(const Discovery& found);  ///< collective

  /// As read_wfdb_header().
  WfdbHeader operator()(const std::string& path) const;

  /// Paths of the headers that are no segments of others. A damaged one names no segments: what is wrong is reported where it is opened.
  std::vector<std::string> records() const;

 private:
  std::vector<std::string> paths_;
  std::map<std::string, Outcome<WfdbHeader>> headers_;
};

}  // namespace galen::data
