#include "data/text/learn_vocabulary.h"

#include "data/text/tokenizer.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace galen::data {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

TEST(LearnWords, TheMostFrequentComeFirstAndWhatCameOnceDoesNot) {
  WordCounts counts({});
  counts.add("b c a b a b");
  counts.add("C a d");
  EXPECT_THAT(learn_words(counts.sorted(), 100), ElementsAre("[PAD]", "[UNK]", "a", "b", "c"));  // of equal ones, the first in the alphabet
  EXPECT_THAT(learn_words(counts.sorted(), 3), ElementsAre("[PAD]", "[UNK]", "a"));
}

TEST(LearnWords, EndlessWordsDoNotCount) {
  WordCounts counts({});
  const std::string endless(101, 'x');
  counts.add(endless + " " + endless);
  EXPECT_THAT(learn_words(counts.sorted(), 100), ElementsAre("[PAD]", "[UNK]"));
}

// Counts: low 5, lower 2, newest 6, widest 3. The pairs by frequency: e+s 9, es+t 9, l+o 7, lo+w 7, n+e 6 …
TEST(LearnWordPieces, JoinTheMostFrequentPairFirst) {
  const std::vector<WordCounts::Entry> words = {{"newest", 6}, {"low", 5}, {"widest", 3}, {"lower", 2}};
  const std::vector<std::string> all = learn_word_pieces(words, 1000);
  const auto first = std::find_if(all.begin() + 5, all.end(), [](const std::string& token) { return token.size() > 3; });
  EXPECT_THAT(std::vector<std::string>(all.begin(), all.begin() + 5), ElementsAre("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
  EXPECT_THAT(std::vector<std::string>(first, first + 2), ElementsAre("##es", "##est"));
  for (const char* token : {"low", "newest", "widest", "lower"}) EXPECT_THAT(all, Contains(token));
  EXPECT_THAT(learn_word_pieces(words, 20), Not(Contains("newest")));
  EXPECT_EQ(learn_word_pieces(words, 20).size(), 20);
}

TEST(LearnWordPieces, WhatIsJoinedInTwoWaysIsOneToken) {
  std::vector<std::string> tokens = learn_word_pieces({{"aaaa", 9}, {"aaab", 8}, {"baaa", 8}, {"abab", 7}, {"bbab", 5}}, 1000);
  std::sort(tokens.begin(), tokens.end());
  EXPECT_EQ(std::adjacent_find(tokens.begin(), tokens.end()), tokens.end());
}

TEST(LearnWordPieces, EveryWordOfTheirTextsCanBeEncoded) {
  WordCounts counts({.lower_case = true, .strip_accents = true});
  const std::string text = "Na\u00EFve T-cells respond; na\u00EFve B-cells do not. Responders responded within 12 h.";
  counts.add(text);
  const Tokenizer tokenizer({"wordpiece", true, 512, learn_word_pieces(counts.sorted(), 60)});
  EXPECT_THAT(tokenizer.encode(text), Not(Contains(1)));
}

TEST(LearnWordPieces, AnAlphabetThatIsTooLargeKeepsTheMostFrequent) {
  const std::vector<std::string> tokens = learn_word_pieces({{"ab", 9}, {"ac", 5}, {"zz", 1}}, 8);
  EXPECT_THAT(tokens, ElementsAre("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "##b", "##c"));
}

}  // namespace
}  // namespace galen::data
