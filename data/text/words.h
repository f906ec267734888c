#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace galen::data {

/// The words of a UTF-8 text, as BERT's basic tokenizer cuts them: at white space, each punctuation mark and each Chinese character a word
/// of its own, control characters left out. Invalid UTF-8 bytes are left out too.
struct WordRules {
  bool lower_case = true;
  bool strip_accents = false;  ///< "naïve" becomes "naive"; otherwise accents are composed (NFC)
};

std::vector<std::string> split_words(std::string_view text, const WordRules& rules);

/// Whether text is UTF-8: no stray, missing, overlong or surrogate bytes.
bool is_utf8(std::string_view text);

}  // namespace galen::data
