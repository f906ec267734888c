#include "data/formats/tables/table_features.h"

#include "data/formats/tables/column_name.h"
#include "data/text/spelling.h"
#include "galen/error.h"

#include <algorithm>
#include <set>

namespace galen::data {
namespace {

constexpr std::size_t kMostFeaturesShown = 12;

std::string listed_values(const std::vector<std::string>& names, const char* separator = ", ") {
  const std::size_t shown = std::min(names.size(), kMostFeaturesShown);
  return fmt::format("{}{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), separator),
                     shown < names.size() ? fmt::format("{}and {} more", separator, names.size() - shown) : "");
}

/// The style that columns prove, where they prove no two.
std::optional<NumberStyle> style_of_table(const std::vector<ColumnProfile>& profiles) {
  std::set<NumberStyle> proven;
  for (const ColumnProfile& profile : profiles) {
    if (const auto style = proven_style(profile)) proven.insert(*style);
  }
  return proven.size() == 1 ? std::optional(*proven.begin()) : std::nullopt;
}

[[noreturn]] void refuse_mixed(const Table& table, const std::vector<std::pair<std::string, const ColumnProfile*>>& mixed) {
  std::vector<std::string> names;
  for (const auto& [name, profile] : mixed) names.push_back(name);
  const auto& [name, profile] = mixed.front();
  const auto& [text, line] = profile->first_text;
  const std::string what =
      profile->texts == profile->either_comma
          ? fmt::format("\"{}\" may be a decimal comma or one between thousands; pass --decimal comma or --decimal point", text)
          : fmt::format(
                "\"{}\" is no number, as most cells may be. Pass --missing with all spellings of a missing value, --categorical {} if "
                "the column's numbers are codes, or --leave-out {}",
                text, fmt::join(names, ","), fmt::join(names, ","));
  throw Error("{}: line {}, column {}: {}.{}", table.file, line, name, what,
              names.size() > 1 ? fmt::format(" Likewise: {}.", listed_values({names.begin() + 1, names.end()})) : "");
}

void check_range(const Table& table, const std::string& name, const ColumnProfile& profile) {
  if (table.options.type != "f32") return;
  const auto& [text, line] = profile.first_huge;
  if (line > 0) throw Error("{}: line {}, column {}: {} is beyond single precision; --type auto stores it.", table.file, line, name, text);
}

/// What a person should know of how columns were read, by what was done with them.
class Notes {
 public:
  void add(const ColumnEncoding& encoding, const ColumnProfile& profile, const TableOptions& options) {
    add_spellings(encoding);
    const std::string& name = encoding.column;
    of_kind_[static_cast<std::size_t>(encoding.kind)].push_back(
        encoding.categories.empty() ? name : fmt::format("{} ({})", name, listed_values(encoding.categories)));
    if (encoding.kind == ColumnKind::kText) texts_.push_back(name);
    const bool counted = encoding.kind == ColumnKind::kNumber || encoding.kind == ColumnKind::kYesNo;
    if (counted && profile.doubtful > 0) doubtful_.push_back(name);
    if (encoding.kind == ColumnKind::kNumber && profile.zero_led > 0) zero_led_.push_back(name);
    if (encoding.kind == ColumnKind::kNumber && profile.rows.sorts_rows()) sorted_.push_back(name);
    add_rounded(encoding, profile, options);
    if (encoding.style == NumberStyle::kDecimalComma && options.decimal == "auto") commas_.push_back(name);
    if (encoding.style == NumberStyle::kThousandsComma && options.decimal == "auto") thousands_.push_back(name);
  }

  void tell(const TableOptions& options, std::vector<std::string>& notes) const {
    const auto note = [&](const std::vector<std::string>& what, const std::string& before, const std::string& behind, const char* between) {
      if (!what.empty()) notes.push_back(before + listed_values(what, between) + behind);
    };
    const auto of = [this](ColumnKind kind) { return of_kind_[static_cast<std::size_t>(kind)]; };
    note(of(ColumnKind::kCategory), options.categories == "codes" ? "Categories, as their numbers from 0: " : "Categories, one-hot: ", ".",
         "; ");
    note(of(ColumnKind::kYesNo), "0 and 1: ", ".", "; ");
    note(commas_, "Numbers with decimal commas: ", "; --decimal point if they separate thousands.", ", ");
    note(thousands_, "Numbers with commas between thousands: ", "; --decimal comma if they are decimal signs.", ", ");
    note(doubtful_, "Words and dashes among the values of ", " count as missing.", ", ");
    note(zero_led_, "Numbers with leading zeros in ", "; --categorical if they are codes.", ", ");
    note(of(ColumnKind::kDate), "Left out as dates, which can identify a patient: ",
         "; --keep if they are none. A model can learn from a duration, in a column of its own.", ", ");
    note(texts_, "Left out as free text: ", "; --categorical if they are categories.", ", ");
    note(of(ColumnKind::kRowCount), "Left out, as they only number the rows: ", "; --keep if they are measurements.", ", ");
    note(sorted_, "Rows are sorted by ", ", each value of which comes once: --leave-out if it numbers the rows.", ", ");
    note(rounded_, options.type == "f32" ? "Whole numbers that single precision rounds: " : "Whole numbers that double precision rounds: ",
         "; --leave-out or --categorical if they are numbers of something.", "; ");
    note(spellings_, "Spellings that differ by letter case or blanks alone were joined: ", ".", "; ");
    note(of(ColumnKind::kIdentity), "Left out, as their names mean somebody's identity: ", "; --keep if they do not.", ", ");
    note(of(ColumnKind::kEmpty), "Left out, as they hold no value: ", ".", ", ");
  }

  void add_spellings(const ColumnEncoding& encoding) {
    std::vector<std::string> joined;
    for (const auto& [spelling, place] : encoding.spellings)
      joined.push_back(fmt::format("\"{}\" as \"{}\"", spelling, encoding.categories[place]));
    if (!joined.empty()) spellings_.push_back(fmt::format("{} in {}", listed_values(joined), encoding.column));
  }

  void add_rounded(const ColumnEncoding& encoding, const ColumnProfile& profile, const TableOptions& options) {
    const auto& [text, line] = options.type == "f32" ? profile.first_rounded : profile.first_rounded_by_f64;
    if (encoding.kind == ColumnKind::kNumber && line > 0)
      rounded_.push_back(fmt::format("{} in column {} (line {})", text, encoding.column, line));
  }

 private:
  std::vector<std::string> of_kind_[static_cast<std::size_t>(ColumnKind::kMixed) + 1];
  std::vector<std::string> texts_, doubtful_, zero_led_, commas_, thousands_, sorted_, rounded_, spellings_;
};

void check_names(const Table& table, const std::vector<FeatureColumn>& chosen) {
  std::set<std::string> seen;
  for (const FeatureColumn& feature : chosen) {
    for (const std::string& name : feature.encoding.features()) {
      if (!seen.insert(name).second)
        throw Error("{}: two features are named {}; name the columns otherwise with --columns.", table.file, name);
    }
  }
  if (seen.empty())
    throw UsageError("{}: no column is left to learn from; its columns are {}.", table.file, listed_values(table.columns.names));
}

/// What an earlier import did not know among a column's values.
std::vector<std::string> unknown_categories(const ColumnEncoding& encoding, const ColumnProfile& profile, const MissingValue& missing) {
  std::vector<std::string> unknown;
  for (const auto& [text, rows] : profile.distinct) {
    const std::string category = encoding.kind == ColumnKind::kYesNo ? spelling_key(text) : text;
    const bool known = std::find(encoding.categories.begin(), encoding.categories.end(), category) != encoding.categories.end() ||
                       encoding.spellings.contains(text);
    if (!known && !missing.perhaps(text)) unknown.push_back(text);
  }
  return unknown;
}

}  // namespace

std::vector<FeatureColumn> choose_features(const Table& table, const std::vector<ColumnProfile>& profiles,
                                           std::vector<std::string>& notes) {
  const auto style = style_of_table(profiles);
  std::vector<FeatureColumn> chosen;
  std::vector<std::pair<std::string, const ColumnProfile*>> mixed;
  std::vector<std::string> counts;
  Notes told;
  for (std::size_t f = 0; f < profiles.size(); ++f) {
    const std::size_t column = table.columns.features[f];
    const std::string& name = table.columns.names[column];
    ColumnEncoding encoding = choose_encoding(name, profiles[f], table.options, style);
    if (encoding.kind == ColumnKind::kRowCount) counts.push_back(name);
    if (encoding.kind == ColumnKind::kMixed) mixed.emplace_back(name, &profiles[f]);
    if (encoding.kind == ColumnKind::kNumber) check_range(table, name, profiles[f]);
    told.add(encoding, profiles[f], table.options);
    if (!encoding.features().empty()) chosen.push_back({column, std::move(encoding)});
  }
  if (!mixed.empty()) refuse_mixed(table, mixed);
  if (chosen.empty() && !counts.empty()) {
    Table kept = table;
    kept.options.keep.insert(kept.options.keep.end(), counts.begin(), counts.end());
    notes.push_back(fmt::format("Only numbers of rows are left to learn from, and come along: {}.", listed_values(counts)));
    return choose_features(kept, profiles, notes);
  }
  check_names(table, chosen);
  told.tell(table.options, notes);
  return chosen;
}

std::vector<FeatureColumn> features_like(const std::vector<ColumnEncoding>& earlier, const Table& table,
                                         const std::vector<ColumnProfile>& profiles, std::vector<std::string>& notes) {
  const auto style = style_of_table(profiles);
  const MissingValue missing(table.options.missing);
  const auto& [names, features, targets, group, sample_id] = table.columns;
  TableOptions options = table.options;
  std::vector<std::string> identities;
  for (const ColumnEncoding& encoding : earlier) {
    options.keep.push_back(encoding.column);
    if (tells_identity(encoding.column)) identities.push_back(encoding.column);
  }
  if (!identities.empty()) {
    notes.push_back(
        fmt::format("Come along as in {}, though their names mean somebody's identity: {}.", options.like, listed_values(identities)));
  }
  std::vector<FeatureColumn> chosen;
  Notes told;
  for (ColumnEncoding encoding : earlier) {
    const auto found = std::find_if(features.begin(), features.end(),
                                    [&, &names = names](std::size_t column) { return names[column] == encoding.column; });
    if (found == features.end()) {
      throw Error("{}: has no column {}, which {} has; its columns are {}.", table.file, encoding.column, table.options.like,
                  listed_values(names));
    }
    const ColumnProfile& profile = profiles[static_cast<std::size_t>(found - features.begin())];
    if (encoding.kind == ColumnKind::kCategory) join_categories(profile, encoding);
    told.add_spellings(encoding);
    if (encoding.kind == ColumnKind::kNumber) {
      const ColumnEncoding now = choose_encoding(encoding.column, profile, options, style);
      if (now.kind != ColumnKind::kNumber && now.kind != ColumnKind::kEmpty) refuse_mixed(table, {{encoding.column, &profile}});
      check_range(table, encoding.column, profile);
      encoding.style = now.style;
      told.add_rounded(encoding, profile, options);
    } else if (const auto unknown = unknown_categories(encoding, profile, missing); !unknown.empty() || profile.too_many) {
      notes.push_back(fmt::format("Column {} holds what {} did not know, which counts as missing: {}.", encoding.column, table.options.like,
                                  profile.too_many ? "many texts" : listed_values(unknown)));
    }
    chosen.push_back({*found, std::move(encoding)});
  }
  told.tell(options, notes);
  return chosen;
}

}  // namespace galen::data
