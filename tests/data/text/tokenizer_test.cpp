#include "data/text/tokenizer.h"

#include "data/text/learn_vocabulary.h"
#include "galen/error.h"
#include "tests/support/places.h"
#include "tests/support/run_python.h"
#include "tests/support/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace galen::data {
namespace {

using testing::ElementsAre;

Vocabulary words_of(std::vector<std::string> words) {
  Vocabulary vocabulary = {"words", true, 512, {kPaddingToken, kUnknownToken}};
  vocabulary.tokens.insert(vocabulary.tokens.end(), words.begin(), words.end());
  return vocabulary;
}

const std::vector<std::string>& texts() {
  static const std::vector<std::string> kTexts = {
      "Obstructive sleep apnea following topical oropharyngeal anesthesia (p less than 0.02); mean +/- SEM was 20 +/- 1.9 s.",
      "The Patient's N\u00C9PHRITE, na\u00EFve T-cells & \u00D6dem: 37.5\u00B0C, 5 \u00B5g/ml \u2014 \u201Cunchanged\u201D\u2026",
      "decomposed: ne\u0301phrite, o\u0308dem, \u0130stanbul, \u1E9E, \uFB01brosis",
      "\u8840\u538B120 \u3042\u3044 \u0431\u043E\u043B\u044C \u0391\u03A3 \U0001F489 x\u200Dy \u00AD",
      "",
      "   \t\n ",
      "un unaffable affable \u2020\u2021 $5 ^x` ~",
      "Pneumonoultramicroscopicsilicovolcanoconiosis" + std::string(101, 'a') + " " + std::string(100, 'b'),
      "sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep sleep",
  };
  return kTexts;
}

TEST(Tokenizer, KnownWordsHaveTheirNumbersAndOthersAreUnknown) {
  const Tokenizer tokenizer(words_of({"the", "heart", "."}));
  EXPECT_THAT(tokenizer.encode("The heart of the matter."), ElementsAre(2, 3, 1, 2, 1, 4));
  EXPECT_THAT(tokenizer.encode(std::string(200, 'x') + " heart"), ElementsAre(1, 3));
}

TEST(Tokenizer, ATextWithoutWordsIsOneUnknownWord) {
  EXPECT_THAT(Tokenizer(words_of({"a"})).encode("  \n"), ElementsAre(1));
  Vocabulary pieces = {"wordpiece", true, 512, {kPaddingToken, kUnknownToken, kStartToken, kEndToken}};
  EXPECT_THAT(Tokenizer(pieces).encode(""), ElementsAre(2, 1, 3));
}

TEST(Tokenizer, LongTextsLoseTheirEnd) {
  Vocabulary vocabulary = words_of({"a", "b"});
  vocabulary.max_length = 3;
  std::int64_t whole = 0;
  EXPECT_THAT(Tokenizer(vocabulary).encode("a b a b a", &whole), ElementsAre(2, 3, 2));
  EXPECT_EQ(whole, 5);
  EXPECT_THAT(Tokenizer(vocabulary).encode("a b", &whole), ElementsAre(2, 3));
  EXPECT_EQ(whole, 2);
}

TEST(Tokenizer, PiecesAreTheLongestThatFit) {
  const Vocabulary vocabulary = {
      "wordpiece", true, 512, {kPaddingToken, kUnknownToken, "un", "##aff", "##able", "##a", "affable", "##ffable"}};
  const Tokenizer tokenizer(vocabulary);
  EXPECT_THAT(tokenizer.encode("unaffable"), ElementsAre(2, 3, 4));
  EXPECT_THAT(tokenizer.encode("affable"), ElementsAre(6));
  EXPECT_THAT(tokenizer.encode("unaffordable"), ElementsAre(1));
}

class BertTest : public testing::TestWithParam<bool> {};

TEST_P(BertTest, WordPiecesAreAsHuggingFaceHasThem) {
  const bool lower_case = GetParam();
  if (!test::python()) GTEST_SKIP() << "needs Python with tokenizers (launch/setup.sh --tests)";
  Vocabulary vocabulary = {"wordpiece", lower_case, 32, {}};
  WordCounts counts(word_rules(vocabulary));
  for (const std::string& text : texts()) counts.add(text);
  vocabulary.tokens = learn_word_pieces(counts.sorted(), 150);
  vocabulary.tokens.erase(std::find(vocabulary.tokens.begin(), vocabulary.tokens.end(), "s"));  // a letter that is unknown now

  std::vector<std::string> asked = texts();
  if (!lower_case) asked.erase(asked.begin() + 2);  // Hugging Face leaves decomposed letters as they are
  const test::TemporaryFolder folder;
  const std::string vocabulary_file = folder.write("vocab.txt", fmt::format("{}\n", fmt::join(vocabulary.tokens, "\n")));
  const std::string texts_file = folder.write("texts.json", nlohmann::json(asked).dump());
  const test::ProgramResult result =
      test::run_python({test::source_folder() / "tests/data/text/encode.py", vocabulary_file, texts_file, lower_case ? "1" : "0", "32"});
  ASSERT_EQ(result.exit_code, 0) << result.errors;

  const Tokenizer tokenizer(vocabulary);
  std::istringstream lines(result.output);
  for (const std::string& text : asked) {
    std::string line;
    std::getline(lines, line);
    const bool empty = line == "2 3";  // [CLS] [SEP]: an unknown word stands between them here
    EXPECT_EQ(fmt::format("{}", fmt::join(tokenizer.encode(text), " ")), empty ? "2 1 3" : line) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Case, BertTest, testing::Bool());

}  // namespace
}  // namespace galen::data
