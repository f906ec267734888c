#include "data/formats/tables/table_cell.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace galen::data {
namespace {

const std::set<std::string> kCertain = {"?",    "na",   "n/a", "n.a.",   "#na", "#n/a",    "#n/a n/a", "<na>", "nan",
                                        "-nan", "null", "nil", "#null!", "\\n", "1.#qnan", "-1.#ind",  ".",    "missing"};
const std::set<std::string> kDoubtful = {"-",
                                         "--",
                                         "---",
                                         "none",
                                         "unknown",
                                         "unk",
                                         "unk.",
                                         "not available",
                                         "not applicable",
                                         "not known",
                                         "not done",
                                         "not recorded",
                                         "not measured",
                                         "n.d.",
                                         "nd",
                                         "n.k.",
                                         "nk",
                                         "*",
                                         "#"};

}  // namespace

bool is_blank(const std::string& cell) {
  static constexpr std::string_view kNoBreakSpace = "\xC2\xA0";
  for (std::size_t i = 0; i < cell.size();) {
    const bool wide = cell.compare(i, kNoBreakSpace.size(), kNoBreakSpace) == 0;
    if (!wide && std::isspace(static_cast<unsigned char>(cell[i])) == 0) return false;
    i += wide ? kNoBreakSpace.size() : 1;
  }
  return true;
}

MissingValue::MissingValue(const std::vector<std::string>& spellings) {
  if (spellings.empty()) {
    certain_ = kCertain;
    doubtful_ = kDoubtful;
  }
  for (const std::string& spelling : spellings) certain_.insert(lower_case(spelling));
}

}  // namespace galen::data
