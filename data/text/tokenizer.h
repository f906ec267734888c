#pragma once

#include "data/text/vocabulary.h"
#include "data/text/words.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace galen::data {

/// Longer words (in code points) are unknown, whatever the vocabulary.
inline constexpr std::int64_t kLongestWord = 100;

/// How the texts of a vocabulary are cut into words.
WordRules word_rules(const Vocabulary& vocabulary);

/// Turns texts into ids of a vocabulary. Const, and safe to share between threads.
class Tokenizer {
 public:
  explicit Tokenizer(Vocabulary vocabulary);  ///< one that check() accepts
  Tokenizer(const Tokenizer&) = delete;
  Tokenizer& operator=(const Tokenizer&) = delete;

  const Vocabulary& vocabulary() const { return vocabulary_; }

  /// Ids of a UTF-8 text, 1 … max_length of them and none 0; a longer text loses its end, and one without words is kUnknownToken alone.
  /// Wordpiece: [CLS] … [SEP] where the vocabulary has both, as BERT. `whole_length`: how many there would be without truncation.
  std::vector<std::int32_t> encode(std::string_view text, std::int64_t* whole_length = nullptr) const;

 private:
  void append_word(const std::string& word, std::vector<std::int32_t>& ids) const;
  void append_pieces(const std::string& word, std::vector<std::int32_t>& ids) const;

  Vocabulary vocabulary_;
  std::unordered_map<std::string_view, std::int32_t> ids_;  ///< of the vocabulary's tokens
  std::size_t longest_token_ = 0;                           ///< in bytes
  std::int32_t unknown_ = 0;
  std::int32_t start_ = 0;  ///< 0: texts are not framed
  std::int32_t end_ = 0;
};

}  // namespace galen::data
