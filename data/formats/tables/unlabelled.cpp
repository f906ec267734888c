#include "data/formats/tables/unlabelled.h"

#include "data/formats/number_style.h"
#include "galen/error.h"

#include <algorithm>

namespace galen::data {
namespace {

constexpr char kBlank[] = "blank";

UnknownAs parse_policy(const std::string& policy, const std::string& entry) {
  if (policy == "ignore") return UnknownAs::kIgnore;
  if (policy == "positive") return UnknownAs::kPositive;
  if (policy == "negative") return UnknownAs::kNegative;
  throw UsageError("--unlabelled {}: {} is none of ignore, positive and negative.", entry, policy);
}

}  // namespace

Unlabelled::Unlabelled(const std::vector<std::string>& entries, const std::vector<std::string>& labels, const MissingValue& missing)
    : missing_(missing) {
  for (const std::string& text : entries) {
    Entry entry = {std::nullopt, text, UnknownAs::kIgnore};
    if (const std::size_t equals = text.rfind('='); equals != std::string::npos) {
      entry.as = parse_policy(text.substr(equals + 1), text);
      entry.value = text.substr(0, equals);
    }
    if (const std::size_t colon = entry.value.rfind(':'); colon != std::string::npos) {
      const auto found = std::find(labels.begin(), labels.end(), entry.value.substr(0, colon));
      if (found == labels.end()) {
        throw UsageError("--unlabelled {}: {} is none of the columns to be learnt, {}.", text, entry.value.substr(0, colon),
                         fmt::join(labels, ", "));
      }
      entry.label = found - labels.begin();
      entry.value = entry.value.substr(colon + 1);
    }
    if (entry.value.empty()) throw UsageError("--unlabelled {}: the value is missing; the empty cell is named blank.", text);
    entries_.push_back(std::move(entry));
  }
  std::stable_partition(entries_.begin(), entries_.end(), [](const Entry& entry) { return entry.label.has_value(); });
}

bool Unlabelled::matches(const Entry& entry, const std::string& cell) const {
  if (entry.value == kBlank) return missing_(cell);
  const auto number = parse_number(entry.value);
  return number ? parse_number(cell) == number : lower_case(cell) == lower_case(entry.value);
}

std::optional<UnknownAs> Unlabelled::operator()(std::size_t label, const std::string& cell) const {
  for (const Entry& entry : entries_) {
    if ((!entry.label || *entry.label == label) && matches(entry, cell)) return entry.as;
  }
  return std::nullopt;
}

}  // namespace galen::data
