#include "data/formats/spellings.h"

#include "data/text/spelling.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>

namespace galen::data {
namespace {

constexpr std::size_t kMostShown = 12;

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
