#pragma once

#include <cstdint>
#include <string>

namespace galen::data {

/// How the texts of a table become token ids.
struct TextOptions {
  /// Column of the texts. Empty: the one of long texts.
  std::string column = {};

  std::string tokenizer = "words";  ///< words: a token a word. wordpiece: BERT's pieces of words.

  /// File with a token a line, as BERT's vocab.txt. Empty: the vocabulary is learnt from the training texts.
  std::string vocabulary_file = {};

  std::int64_t vocabulary_size = 20000;  ///< Tokens of a vocabulary that is learnt, at most.
  bool lower_case = true;                ///< Put texts in lower case first.
  std::int64_t max_length = 512;         ///< Tokens that are kept of a longer text.
};

}  // namespace galen::data
