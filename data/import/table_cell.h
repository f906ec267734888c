#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace galen::data {

std::string lower_case(std::string text);

/// A whole cell as a finite number: 12, -0.5, +3, 1e-4. Nothing where it is something else.
std::optional<double> parse_number(std::string_view cell);

/// Whether a cell holds no value: it is empty, or one of the spellings, in any case.
class MissingValue {
 public:
  explicit MissingValue(const std::vector<std::string>& spellings);
  bool operator()(const std::string& cell) const { return cell.empty() || spellings_.count(lower_case(cell)) > 0; }

 private:
  std::set<std::string> spellings_;
};

}  // namespace galen::data
