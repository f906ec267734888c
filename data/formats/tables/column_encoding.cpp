#include "data/formats/tables/column_encoding.h"

#include "data/formats/tables/column_name.h"
#include "data/text/spelling.h"
#include "galen/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>

namespace galen::data {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kMostCategories = 50;   // more different texts are remarks
constexpr std::size_t kLongestCategory = 60;  // bytes; longer texts are remarks
constexpr std::int64_t kRowsOfACategory = 2;  // on average: texts that hardly ever come twice are remarks, or names of people
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

struct YesNo {
  const char* no;
  const char* yes;
  bool alone;  // whether one of them suffices: a column of nothing but f is no column of f for false
};
constexpr YesNo kYesNo[] = {
    {"no", "yes", true},  {"false", "true", true},        {"n", "y", false},          {"f", "t", false}, {"-", "+", false},
    {"neg", "pos", true}, {"negative", "positive", true}, {"absent", "present", true}};

const std::pair<ColumnKind, const char*> kStoredKinds[] = {
    {ColumnKind::kNumber, "number"}, {ColumnKind::kYesNo, "yes or no"}, {ColumnKind::kCategory, "category"}};

/// The style of a column all of whose texts are numbers with commas.
std::optional<NumberStyle> comma_style(const ColumnProfile& profile, std::optional<NumberStyle> style_of_table) {
  const auto [decimal, thousands] = profile.commas;
  if (profile.texts == 0 || profile.texts != decimal + thousands + profile.either_comma) return std::nullopt;
  if (decimal > 0) return thousands == 0 && profile.pointed == 0 ? std::optional(NumberStyle::kDecimalComma) : std::nullopt;
  if (thousands > 0 || profile.pointed > 0) return NumberStyle::kThousandsComma;
  return style_of_table;
}

bool holds_dates(const ColumnProfile& profile) {
  return profile.texts == profile.dates && profile.numbers == profile.compact_dates && profile.texts + profile.numbers > 0;
}

/// The words for no and yes, where the column holds nothing else.
std::vector<std::string> yes_and_no(const ColumnProfile& profile, const MissingValue& missing) {
  std::set<std::string> words;
  for (const auto& [category, rows] : profile.distinct) words.insert(spelling_key(category));
  for (const auto& [no, yes, alone] : kYesNo) {
    const std::size_t found = words.count(no) + words.count(yes);
    const auto other = std::find_if(words.begin(), words.end(), [&, no = no, yes = yes](const std::string& word) {
      return word != no && word != yes && !missing.perhaps(word);
    });
    if (other == words.end() && found >= (alone ? 1U : 2U)) return {no, yes};
  }
  return {};
}

/// Of spellings that differ by letter case or blanks alone, the most frequent one.
std::vector<std::string> joined(const std::vector<std::string>& categories, const ColumnProfile& profile) {
  struct Most {
    std::string category;
    std::int64_t rows;
  };
  std::map<std::string, Most> most;
  for (const std::string& category : categories) {
    const std::int64_t rows = profile.distinct.at(category);
    Most& known = most.try_emplace(spelling_key(category), category, rows).first->second;
    if (rows > known.rows) known = {category, rows};
  }
  std::set<std::string, CategoryOrder> names;
  for (const auto& [key, spelling] : most) names.insert(tidy_name(spelling.category));
  return {names.begin(), names.end()};
}

/// Doubtful words beside other texts are categories; a dash is one only where there is a plus.
std::vector<std::string> categories_of(const ColumnProfile& profile) {
  const bool signs = profile.distinct.count("+") + profile.distinct.count("++") > 0;
  std::vector<std::string> categories;
  for (const auto& [category, rows] : profile.distinct) {
    const bool dash = category.find_first_not_of('-') == std::string::npos;
    if (!dash || signs) categories.push_back(category);
  }
  return joined(categories, profile);
}

bool are_categories(const std::vector<std::string>& categories, const ColumnProfile& profile) {
  const std::int64_t rows = profile.texts + profile.doubtful;
  const auto most = std::clamp<std::int64_t>(rows / kRowsOfACategory, 2, kMostCategories);
  return !profile.too_many && static_cast<std::int64_t>(categories.size()) <= most &&
         std::all_of(categories.begin(), categories.end(), [](const std::string& text) { return text.size() <= kLongestCategory; });
}

}  // namespace

std::optional<NumberStyle> proven_style(const ColumnProfile& profile) { return comma_style(profile, std::nullopt); }

ColumnEncoding choose_encoding(const std::string& column, const ColumnProfile& profile, const TableOptions& options,
                               std::optional<NumberStyle> style_of_table) {
  const auto is = [&](ColumnKind kind) {
    return ColumnEncoding{.column = column, .kind = kind, .one_hot = options.categories == "one-hot"};
  };
  const auto named_in = [&](const std::vector<std::string>& names) { return std::find(names.begin(), names.end(), column) != names.end(); };
  const bool asked_for = named_in(options.categorical);
  if (profile.numbers + profile.texts + profile.doubtful == 0) return is(ColumnKind::kEmpty);
  if (!asked_for && !named_in(options.keep)) {
    if (tells_row_number(column) && profile.rows.numbers_rows()) return is(ColumnKind::kRowCount);
    if (tells_identity(column)) return is(ColumnKind::kIdentity);
    if (tells_date(column) || holds_dates(profile)) return is(ColumnKind::kDate);
    if (profile.rows.numbers_rows() && !tells_measurement(column)) return is(ColumnKind::kRowCount);
  }

  ColumnEncoding encoding = is(ColumnKind::kNumber);
  if (asked_for) {
    if (profile.too_many) {
      throw UsageError("--categorical: column {} has more than {} different values, too many for categories.", column,
                       ColumnProfile::kMostDistinct);
    }
    encoding.kind = ColumnKind::kCategory;
    encoding.categories = categories_of(profile);
    join_categories(profile, encoding);
    return encoding;
  }
  if (profile.numbers > 0 && profile.texts == 0) {
    encoding.style = parse_number_style(options.decimal).value_or(NumberStyle::kPoint);
    return encoding;
  }
  if (const auto style = comma_style(profile, style_of_table)) {
    encoding.style = *style;
    return encoding;
  }
  if (profile.numbers > 0 || (profile.texts > 0 && profile.texts == profile.either_comma)) return is(ColumnKind::kMixed);

  encoding.categories = yes_and_no(profile, MissingValue(options.missing));
  if (!encoding.categories.empty()) {
    encoding.kind = ColumnKind::kYesNo;
    return encoding;
  }
  encoding.kind = ColumnKind::kCategory;
  encoding.categories = categories_of(profile);
  if (encoding.categories.empty()) return is(ColumnKind::kEmpty);
  join_categories(profile, encoding);
  return are_categories(encoding.categories, profile) ? encoding : is(ColumnKind::kText);
}

void join_categories(const ColumnProfile& profile, ColumnEncoding& encoding) {
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < encoding.categories.size(); ++i) places.emplace(spelling_key(encoding.categories[i]), i);
  for (const auto& [text, rows] : profile.distinct) {
    if (std::find(encoding.categories.begin(), encoding.categories.end(), text) != encoding.categories.end()) continue;
    if (const auto place = places.find(spelling_key(text)); place != places.end()) encoding.spellings[text] = place->second;
  }
}

std::vector<std::string> ColumnEncoding::features() const {
  const bool known =
      std::any_of(std::begin(kStoredKinds), std::end(kStoredKinds), [&](const auto& stored) { return stored.first == kind; });
  if (!known) return {};
  if (kind != ColumnKind::kCategory || !one_hot) return {column};
  std::vector<std::string> names;
  for (const std::string& category : categories) names.push_back(fmt::format("{}={}", column, category));
  return names;
}

double* ColumnEncoding::encode(const std::string& cell, const MissingValue& missing, double* features) const {
  const bool is_missing = missing(cell);
  if (kind == ColumnKind::kNumber) {
    const auto number = is_missing ? std::nullopt : parse_number(cell, style);
    *features = number.value_or(kMissing);
    return features + 1;
  }
  const std::string category = kind == ColumnKind::kYesNo ? spelling_key(cell) : category_name(cell);
  auto found = is_missing ? categories.end() : std::find(categories.begin(), categories.end(), category);
  if (const auto other = spellings.find(category); found == categories.end() && !is_missing && other != spellings.end())
    found = categories.begin() + static_cast<std::ptrdiff_t>(other->second);
  const auto number = static_cast<std::size_t>(found - categories.begin());
  if (kind == ColumnKind::kYesNo || !one_hot) {
    *features = found == categories.end() ? kMissing : static_cast<double>(number);
    return features + 1;
  }
  std::fill_n(features, categories.size(), found == categories.end() ? kMissing : 0.0);
  if (found != categories.end()) features[number] = 1;
  return features + categories.size();
}

std::string to_text(const ColumnEncoding& encoding) {
  const auto* stored =
      std::find_if(std::begin(kStoredKinds), std::end(kStoredKinds), [&](const auto& kind) { return kind.first == encoding.kind; });
  ordered_json json = {{"column", encoding.column}, {"kind", stored->second}};
  if (encoding.kind == ColumnKind::kCategory) json["encoding"] = encoding.one_hot ? "one-hot" : "codes";
  if (!encoding.categories.empty()) json["categories"] = encoding.categories;
  return json.dump();
}

ColumnEncoding parse_encoding(const std::string& text, const std::string& where) try {
  const ordered_json json = ordered_json::parse(text);
  ColumnEncoding encoding;
  json.at("column").get_to(encoding.column);
  const auto* stored =
      std::find_if(std::begin(kStoredKinds), std::end(kStoredKinds), [&](const auto& kind) { return json.at("kind") == kind.second; });
  if (stored == std::end(kStoredKinds)) throw Error("{}: column {} is of a kind that this version does not know.", where, encoding.column);
  encoding.kind = stored->first;
  encoding.one_hot = json.value("encoding", "one-hot") == "one-hot";
  encoding.categories = json.value("categories", std::vector<std::string>());
  return encoding;
} catch (const ordered_json::exception& error) {
  throw Error("{}: does not describe a table's columns ({}).", where, error.what());
}

}  // namespace galen::data
