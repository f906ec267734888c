#include "data/text/words.h"

#include <gmock/gmock.h>

namespace galen::data {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr WordRules kLower = {.lower_case = true, .strip_accents = false};
constexpr WordRules kStripped = {.lower_case = true, .strip_accents = true};
constexpr WordRules kAsIs = {.lower_case = false, .strip_accents = false};

TEST(Words, AreCutAtWhiteSpaceAndPunctuation) {
  EXPECT_THAT(split_words("Blood pressure: 120/80 mmHg\n(+3.5%)", kLower),
              ElementsAre("blood", "pressure", ":", "120", "/", "80", "mmhg", "(", "+", "3", ".", "5", "%", ")"));
  EXPECT_THAT(split_words("one\u00A0two\u3000three\u2014four\u00BFfive", kLower),
              ElementsAre("one", "two", "three", "\u2014", "four", "\u00BF", "five"));
  EXPECT_THAT(split_words(" \t\r\n ", kLower), IsEmpty());
  EXPECT_THAT(split_words("", kLower), IsEmpty());
}

TEST(Words, ComposedAndDecomposedLettersAreTheSameWord) {
  EXPECT_THAT(split_words("ne\u0301phrite", kLower), ElementsAre("n\u00E9phrite"));
  EXPECT_THAT(split_words("N\u00C9PHRITE", kLower), ElementsAre("n\u00E9phrite"));
  EXPECT_THAT(split_words("N\u00C9PHRITE", kStripped), ElementsAre("nephrite"));
  EXPECT_THAT(split_words("N\u00C9PHRITE", kAsIs), ElementsAre("N\u00C9PHRITE"));
}

TEST(Words, LowerCaseKnowsOtherScripts) {
  EXPECT_THAT(split_words("\u041A\u0420\u041E\u0412\u042C \u0391\u0399\u039C\u0391", kLower),
              ElementsAre("\u043A\u0440\u043E\u0432\u044C", "\u03B1\u03B9\u03BC\u03B1"));
}

TEST(Words, ChineseCharactersAreWords) {
  EXPECT_THAT(split_words("MRI\u8840\u538Bx", kLower), ElementsAre("mri", "\u8840", "\u538B", "x"));
}

TEST(Words, WhatIsNoCharacterIsLeftOut) {
  EXPECT_THAT(split_words("he\xFF\xC3 art\x01\u200B\uFFFD", kLower), ElementsAre("he", "art"));
  EXPECT_THAT(split_words(std::string("a\0b", 3), kLower), ElementsAre("ab"));
  EXPECT_FALSE(is_utf8("M\xFCller"));
  EXPECT_TRUE(is_utf8("M\u00FCller"));
}

}  // namespace
}  // namespace galen::data
