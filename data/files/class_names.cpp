#include "data/files/class_names.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace galen::data {

namespace {

constexpr std::array<std::string_view, 9> kAbsent = {"normal",   "normals",   "healthy", "control", "controls",
                                                     "negative", "negatives", "benign",  "benigns"};
constexpr std::array<std::string_view, 3> kAbsentAtFirst = {"no", "not", "without"};
constexpr std::array<std::string_view, 2> kNegations = {"not", "non"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Bytes of other scripts are letters, so that "normalität" is one word.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80; }

// "NoFinding" are two.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  char before = ' ';
  for (const char c : name) {
    const bool begins = before >= 'a' && before <= 'z' && c >= 'A' && c <= 'Z';
    before = c;
    if (begins) words.emplace_back();
    if (is_letter(lower(c))) {
      words.back() += lower(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace

bool names_absence(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  if (words.empty()) return false;
  const auto has_one_of = [&](const auto& these) {
    return std::find_first_of(words.begin(), words.end(), these.begin(), these.end()) != words.end();
  };
  if (has_one_of(kAbsent)) return !has_one_of(kNegations);
  return std::find(kAbsentAtFirst.begin(), kAbsentAtFirst.end(), words.front()) != kAbsentAtFirst.end();
}

}  // namespace galen::data
