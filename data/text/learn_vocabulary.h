#pragma once

#include "data/text/words.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace galen::data {

/// Counts of each word in the training texts. Words longer than kLongestWord do not count.
class WordCounts {
 public:
  explicit WordCounts(WordRules rules) : rules_(rules) {}
  void add(std::string_view text);

  struct Entry {
    std::string word;
    std::int64_t count = 0;
  };
  /// The most frequent word first; of equally frequent ones, by their bytes.
  std::vector<Entry> sorted() const;

 private:
  WordRules rules_;
  std::unordered_map<std::string, std::int64_t> counts_;
};

/// Both take the words as WordCounts::sorted() has them, and give at most `size` tokens, the special ones first: a function of the counts
/// alone. What was seen once is not learnt: there is nothing to learn from it, and it may be a name.

/// The most frequent words.
std::vector<std::string> learn_words(const std::vector<WordCounts::Entry>& words, std::int64_t size);

/// All characters (where they are too many, the most frequent), then pieces of words, each made by joining the most frequent pair of
/// neighbours (Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", 2016). A piece that goes on with a word
/// begins with ##.
std::vector<std::string> learn_word_pieces(const std::vector<WordCounts::Entry>& words, std::int64_t size);

}  // namespace galen::data
