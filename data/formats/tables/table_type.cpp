#include "data/formats/tables/table_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string>

namespace galen::data {
namespace {

/// The column's first number that f32 changes, as the column writes numbers. Categories, yes and no are small whole numbers.
CellAt first_changed(const ColumnEncoding& encoding, const ColumnProfile& profile) {
  if (encoding.kind != ColumnKind::kNumber) return {};
  if (profile.first_changed.line > 0 || encoding.style == NumberStyle::kPoint) return profile.first_changed;
  return profile.first_changed_comma[encoding.style == NumberStyle::kDecimalComma ? 0 : 1];
}

}  // namespace

TypeChoice type_of_features(const Table& table, const std::vector<ColumnProfile>& profiles, const std::vector<FeatureColumn>& features) {
  std::string changed;
  for (const auto& [column, encoding] : features) {
    const auto place = std::find(table.columns.features.begin(), table.columns.features.end(), column) - table.columns.features.begin();
    const auto [text, line] = first_changed(encoding, profiles.at(static_cast<std::size_t>(place)));
    if (line == 0) continue;
    changed = fmt::format("{} in column {} (line {})", text, encoding.column, line);
    break;
  }
  return choose_type(parse_stored_type(table.options.type), changed);
}

}  // namespace galen::data
