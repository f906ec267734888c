#include "data/text/tokenizer.h"

#include "galen/utf8.h"

#include <algorithm>
#include <utility>

namespace galen::data {

WordRules word_rules(const Vocabulary& vocabulary) {
  return {.lower_case = vocabulary.lower_case, .strip_accents = vocabulary.lower_case && vocabulary.tokenizer == "wordpiece"};
}

Tokenizer::Tokenizer(Vocabulary vocabulary) : vocabulary_(std::move(vocabulary)) {
  for (const std::string& token : vocabulary_.tokens) {
    ids_.emplace(token, static_cast<std::int32_t>(ids_.size()));
    longest_token_ = std::max(longest_token_, token.size());
  }
  unknown_ = ids_.at(kUnknownToken);
  const auto start = ids_.find(kStartToken);
  const auto end = ids_.find(kEndToken);
  if (vocabulary_.tokenizer == "wordpiece" && start != ids_.end() && end != ids_.end()) {
    start_ = start->second;
    end_ = end->second;
  }
}

std::vector<std::int32_t> Tokenizer::encode(std::string_view text, std::int64_t* whole_length) const {
  std::vector<std::int32_t> ids;
  if (start_ != 0) ids.push_back(start_);
  for (const std::string& word : split_words(text, word_rules(vocabulary_))) append_word(word, ids);
  const std::size_t frame = start_ != 0 ? 1 : 0;
  if (ids.size() == frame) ids.push_back(unknown_);

  if (whole_length != nullptr) *whole_length = static_cast<std::int64_t>(ids.size() + frame);
  ids.resize(std::min(ids.size(), static_cast<std::size_t>(vocabulary_.max_length) - frame));
  if (end_ != 0) ids.push_back(end_);
  return ids;
}

void Tokenizer::append_word(const std::string& word, std::vector<std::int32_t>& ids) const {
  if (count_characters(word) > kLongestWord) {
    ids.push_back(unknown_);
  } else if (vocabulary_.tokenizer == "wordpiece") {
    append_pieces(word, ids);
  } else {
    const auto found = ids_.find(word);
    ids.push_back(found == ids_.end() ? unknown_ : found->second);
  }
}

// Greedy, the longest piece first (Wu et al., "Google's Neural Machine Translation System", 2016; Devlin et al., "BERT", 2019). A piece
// that goes on with a word begins with ##. A word with a part that no piece fits is unknown as a whole.
void Tokenizer::append_pieces(const std::string& word, std::vector<std::int32_t>& ids) const {
  const std::size_t known = ids.size();
  std::string piece;
  for (std::size_t begin = 0; begin < word.size();) {
    const std::string_view prefix = begin == 0 ? "" : "##";
    std::size_t length = std::min(word.size() - begin, longest_token_);
    for (; length > 0; --length) {  // pieces are whole characters, so that half a character is never found
      piece.assign(prefix).append(word, begin, length);
      const auto found = ids_.find(piece);
      if (found == ids_.end()) continue;
      ids.push_back(found->second);
      break;
    }
    if (length == 0) {
      ids.resize(known);
      ids.push_back(unknown_);
      return;
    }
    begin += length;
  }
}

}  // namespace galen::data
