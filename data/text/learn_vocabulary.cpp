#include "data/text/learn_vocabulary.h"

#include "data/text/tokenizer.h"
#include "data/text/vocabulary.h"
#include "galen/utf8.h"

#include <algorithm>
#include <tuple>

namespace galen::data {

void WordCounts::add(std::string_view text) {
  for (std::string& word : split_words(text, rules_)) {
    if (count_characters(word) <= kLongestWord) ++counts_[std::move(word)];
  }
}

std::vector<WordCounts::Entry> WordCounts::sorted() const {
  std::vector<Entry> entries;
  entries.reserve(counts_.size());
  for (const auto& [word, count] : counts_) entries.push_back({word, count});
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::tie(b.count, a.word) < std::tie(a.count, b.word); });
  return entries;
}

std::vector<std::string> learn_words(const std::vector<WordCounts::Entry>& words, std::int64_t size) {
  std::vector<std::string> tokens = {kPaddingToken, kUnknownToken};
  for (const WordCounts::Entry& entry : words) {
    if (entry.count < 2 || static_cast<std::int64_t>(tokens.size()) >= size) break;
    tokens.push_back(entry.word);
  }
  return tokens;
}

}  // namespace galen::data
