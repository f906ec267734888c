#pragma once

#include "galen/lower_case.h"

#include <set>
#include <string>
#include <vector>

namespace galen::data {

/// Whether a cell holds nothing but white space, if that.
bool is_blank(const std::string& cell);

/// Which cells hold no value, in any case of letters.
class MissingValue {
 public:
  /// Empty: the usual spellings. Otherwise these and no others.
  explicit MissingValue(const std::vector<std::string>& spellings);

  /// For certain, whatever the column: it is blank, ?, NA, N/A, nan, null …
  bool operator()(const std::string& cell) const { return is_blank(cell) || certain_.count(lower_case(cell)) > 0; }

  /// It may: -, none, unknown … are missing among numbers, while beside other text they are categories.
  bool perhaps(const std::string& cell) const { return doubtful_.count(lower_case(cell)) > 0; }

 private:
  std::set<std::string> certain_;
  std::set<std::string> doubtful_;
};

}  // namespace galen::data
