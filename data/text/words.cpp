#include "data/text/words.h"

#include <c10/util/Exception.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <utility>

namespace galen::data {
namespace {

bool is_space(UChar32 c) { return c == '\t' || c == '\n' || c == '\r' || u_isUWhiteSpace(c); }

bool is_control(UChar32 c) {
  constexpr std::uint32_t kOther = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CO_MASK | U_GC_CS_MASK;
  return (U_GET_GC_MASK(c) & kOther) != 0 && !(c == '\t' || c == '\n' || c == '\r');
}

// Signs such as $ and + are punctuation here, as for BERT, though Unicode has them as symbols.
bool is_punctuation(UChar32 c) {
  const bool ascii_sign = c > ' ' && c < 0x7f && !u_isalnum(c);
  return ascii_sign || u_ispunct(c);
}

// Languages written without spaces; BERT's list of blocks.
bool is_chinese(UChar32 c) {
  static constexpr std::array<std::pair<UChar32, UChar32>, 8> kBlocks = {{{0x4E00, 0x9FFF},
                                                                          {0x3400, 0x4DBF},
                                                                          {0x20000, 0x2A6DF},
                                                                          {0x2A700, 0x2B73F},
                                                                          {0x2B740, 0x2B81F},
                                                                          {0x2B920, 0x2CEAF},
                                                                          {0xF900, 0xFAFF},
                                                                          {0x2F800, 0x2FA1F}}};
  return c >= 0x3400 &&
         std::any_of(kBlocks.begin(), kBlocks.end(), [c](const auto& block) { return block.first <= c && c <= block.second; });
}

const icu::Normalizer2& normalizer(bool decompose) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* found = decompose ? icu::Normalizer2::getNFDInstance(error) : icu::Normalizer2::getNFCInstance(error);
  TORCH_CHECK(U_SUCCESS(error), "ICU has no normalization: ", u_errorName(error));
  return *found;
}

icu::UnicodeString normalize(const icu::UnicodeString& text, bool decompose) {
  UErrorCode error = U_ZERO_ERROR;
  icu::UnicodeString result = normalizer(decompose).normalize(text, error);
  TORCH_CHECK(U_SUCCESS(error), "ICU cannot normalize: ", u_errorName(error));
  return result;
}

template <typename Visit>
void for_each_character(const icu::UnicodeString& text, Visit visit) {
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) visit(text.char32At(i));
}

icu::UnicodeString clean(std::string_view text) {
  icu::UnicodeString result;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c <= 0 || c == 0xFFFD || is_control(c)) continue;
    if (is_chinese(c)) {
      result.append(u' ').append(c).append(u' ');
    } else {
      result.append(is_space(c) ? UChar32{' '} : c);
    }
  }
  return result;
}

icu::UnicodeString fold(const icu::UnicodeString& text, const WordRules& rules) {
  const icu::UnicodeString source = rules.strip_accents ? normalize(text, /*decompose=*/true) : text;
  icu::UnicodeString result;
  for_each_character(source, [&](UChar32 c) {
    if (rules.strip_accents && u_charType(c) == U_NON_SPACING_MARK) return;
    result.append(rules.lower_case ? u_tolower(c) : c);
  });
  return rules.strip_accents ? result : normalize(result, /*decompose=*/false);
}

}  // namespace

std::vector<std::string> split_words(std::string_view text, const WordRules& rules) {
  std::vector<std::string> words;
  icu::UnicodeString word;
  const auto finish_word = [&] {
    if (word.isEmpty()) return;
    word.toUTF8String(words.emplace_back());
    word.remove();
  };
  for_each_character(fold(clean(text), rules), [&](UChar32 c) {
    const bool mark = is_punctuation(c);
    if (mark || is_space(c)) finish_word();
    if (!is_space(c)) word.append(c);
    if (mark) finish_word();
  });
  finish_word();
  return words;
}

bool is_utf8(std::string_view text) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  const auto length = static_cast<std::int64_t>(text.size());
  for (std::int64_t i = 0; i < length;) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, length, c);
    if (c < 0) return false;
  }
  return true;
}

}  // namespace galen::data
