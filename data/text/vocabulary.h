#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// What turns a text into token ids, and so a part of a model that learns from texts: `Tokenizer` is made from it.
struct Vocabulary {
  std::string tokenizer = "words";  ///< words: a token a word. wordpiece: BERT's pieces of words
  bool lower_case = true;  ///< Texts are put in lower case first (wordpiece: and their accents removed, as BERT's uncased models do).
  std::int64_t max_length = 512;         ///< Tokens that are kept of a longer text.
  std::vector<std::string> tokens = {};  ///< By id: the first is kPaddingToken, kUnknownToken is among them, no duplicates.

  bool operator==(const Vocabulary&) const = default;
};

inline constexpr char kPaddingToken[] = "[PAD]";  ///< its id is 0
inline constexpr char kUnknownToken[] = "[UNK]";
inline constexpr char kStartToken[] = "[CLS]";  ///< before and behind every text, where a wordpiece vocabulary has both
inline constexpr char kEndToken[] = "[SEP]";

/// Throws galen::Error that begins with `where` unless `vocabulary` is as its fields say.
void check(const Vocabulary& vocabulary, const std::string& where);

/// Where ids of the two mean something else, as in "token 17 is 'fever' in the one and 'pain' in the other"; empty where they mean the
/// same. The length that texts were cut to makes no difference.
std::string difference(const Vocabulary& one, const Vocabulary& other);

nlohmann::json to_json(const Vocabulary& vocabulary);

/// What to_json() made, checked; anything else throws galen::Error that begins with `where`.
Vocabulary vocabulary_from_json(const nlohmann::json& json, const std::string& where);

/// The tokens of a file with one a line, as BERT's vocab.txt.
std::vector<std::string> read_vocabulary_file(const std::string& file);

}  // namespace galen::data
