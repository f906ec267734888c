#include "launch/options/suggestion.h"

#include "galen/edit_distance.h"
#include "galen/lower_case.h"
#include "galen/nearest_name.h"
#include "launch/options/aliases.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen::launch {

namespace {

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

// Spellings that differ only in case, _ and - are equal.
std::string folded(const std::string& name) {
  std::string text = lower_case(name);
  std::erase_if(text, [](char c) { return c == '_' || c == '-'; });
  return text;
}

std::string by_alias(const std::string& name, std::span<const std::string> known) {
  for (const std::string& asked : {folded(name), folded(last_part(name))}) {
    for (const char* key : keys_called(asked)) {
      if (std::find(known.begin(), known.end(), key) != known.end()) return key;
    }
  }
  return {};
}

// The only key that ends in this name, or equals it except for case, _ and -.
std::string by_last_part(const std::string& name, std::span<const std::string> known) {
  const std::string wanted = folded(last_part(name));
  std::string found;
  for (const std::string& key : known) {
    if (folded(key) == folded(name)) return key;
    if (folded(last_part(key)) != wanted) continue;
    if (!found.empty()) return {};
    found = key;
  }
  return found;
}

std::string by_spelling(const std::string& name, std::span<const std::string> known) {
  const bool is_short = name.find('.') == std::string::npos;
  return nearest_name(name, known, [&](const std::string& key) {
    const std::size_t whole = edit_distance(name, key);
    return is_short ? std::min(whole, edit_distance(name, last_part(key))) : whole;
  });
}

}  // namespace

std::string nearest(const std::string& name, std::span<const std::string> known) {
  for (const auto& look : {by_last_part, by_alias, by_spelling}) {
    if (std::string found = look(name, known); !found.empty()) return found;
  }
  return {};
}

std::string did_you_mean(const std::string& name, std::span<const std::string> known, const std::string& prefix) {
  const std::string found = nearest(name, known);
  return found.empty() ? "" : suggestion_of(prefix + found);
}

}  // namespace galen::launch
