#include "data/import/spellings.h"

#include <c10/util/Exception.h>
#include <fmt/ranges.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace galen::data {
namespace {

constexpr std::size_t kMostShown = 12;

bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x80; });
}

std::string tidy_ascii(const std::string& name) {
  std::string tidy;
  for (const char c : name) {
    const bool blank = std::isspace(static_cast<unsigned char>(c)) != 0;
    if (blank && (tidy.empty() || tidy.back() == ' ')) continue;
    tidy += blank ? ' ' : c;
  }
  if (!tidy.empty() && tidy.back() == ' ') tidy.pop_back();
  return tidy;
}

icu::UnicodeString compose(const icu::UnicodeString& text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(error);
  TORCH_CHECK(U_SUCCESS(error), "ICU has no normalization: ", u_errorName(error));
  icu::UnicodeString composed = normalizer->normalize(text, error);
  TORCH_CHECK(U_SUCCESS(error), "ICU cannot normalize: ", u_errorName(error));
  return composed;
}

icu::UnicodeString tidy_unicode(const std::string& name) {
  const icu::UnicodeString text = compose(icu::UnicodeString::fromUTF8(name));
  icu::UnicodeString tidy;
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 c = text.char32At(i);
    if (u_charType(c) == U_FORMAT_CHAR) continue;
    const bool blank = u_isUWhiteSpace(c) != 0;
    if (blank && (tidy.isEmpty() || tidy.endsWith(u' '))) continue;
    tidy.append(blank ? UChar32{' '} : c);
  }
  return tidy.trim();
}

/// The spellings of one name.
struct Spellings {
  std::vector<std::pair<std::string, std::int64_t>> counts;  // in order of appearance
  std::optional<std::string> known;

  std::string name() const {
    if (known) return *known;
    const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    return tidy_name(most->first);
  }
  std::string joined() const {
    std::vector<std::string> quoted;
    for (const auto& [spelling, count] : counts) quoted.push_back(fmt::format("\"{}\"", spelling));
    return fmt::format("{} as \"{}\"", fmt::join(quoted, ", "), name());
  }
};

}  // namespace

std::string tidy_name(const std::string& name) {
  if (is_ascii(name)) return tidy_ascii(name);
  std::string tidy;
  return tidy_unicode(name).toUTF8String(tidy);
}

std::string spelling_key(const std::string& name) {
  std::string key;
  if (!is_ascii(name)) return compose(tidy_unicode(name).foldCase()).toUTF8String(key);
  key = tidy_ascii(name);
  std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
  return key;
}

std::vector<std::string> join_spellings(std::vector<std::string> cells, const std::vector<std::string>& known, const std::string& what,
                                        std::vector<std::string>& notes) {
  std::map<std::string, std::string> names;  // of each spelling
  for (const std::string& name : known) names[name] = name;
  std::map<std::string, std::size_t> counted;  // places in `spellings`
  std::vector<Spellings> spellings;
  std::map<std::string, std::size_t> place_of_cell;
  for (const std::string& cell : cells) {
    if (names.contains(cell)) continue;
    const auto [place, is_new] = place_of_cell.try_emplace(cell, 0);
    if (is_new) {
      const auto [group, first] = counted.try_emplace(spelling_key(cell), spellings.size());
      if (first) spellings.emplace_back();
      place->second = group->second;
      spellings[group->second].counts.emplace_back(cell, 0);
    }
    auto& counts = spellings[place->second].counts;
    ++std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == cell; })->second;
  }
  for (const std::string& name : known) {
    if (const auto group = counted.find(spelling_key(name)); group != counted.end() && !spellings[group->second].known) {
      spellings[group->second].known = name;
    }
  }

  std::vector<std::string> joined;
  for (const Spellings& group : spellings) {
    const std::string name = group.name();
    for (const auto& [spelling, count] : group.counts) names[spelling] = name;
    if (group.counts.size() > 1 || (group.known && group.counts.front().first != name)) joined.push_back(group.joined());
  }
  for (std::string& cell : cells) cell = names.at(cell);
  if (joined.empty()) return cells;
  const std::size_t more = joined.size() - std::min(joined.size(), kMostShown);
  joined.resize(std::min(joined.size(), kMostShown));
  notes.push_back(fmt::format("{}: spellings that differ by letter case or blanks alone were joined: {}{}.", what, fmt::join(joined, "; "),
                              more > 0 ? fmt::format("; and {} more", more) : ""));
  return cells;
}

std::vector<std::string> old_names(std::vector<std::string> class_names) {
  for (std::string& name : class_names) name = name.substr(0, name.find('='));
  return class_names;
}

std::vector<std::string> join_patients(std::vector<std::string> ids, std::vector<std::string>& notes) {
  std::vector<std::string> told;
  std::vector<std::string> joined = join_spellings(ids, {}, "", told);
  const std::size_t before = std::set<std::string>(ids.begin(), ids.end()).size();
  const std::size_t after = std::set<std::string>(joined.begin(), joined.end()).size();
  if (after == before) return ids;
  notes.push_back(
      fmt::format("Patients' ids that differ by letter case or blanks alone count as one patient: {} ids, {} patients.", before, after));
  return joined;
}

}  // namespace galen::data
