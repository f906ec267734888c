#include "data/text/vocabulary.h"

#include "data/text/words.h"
#include "galen/error.h"
#include "galen/regular_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <unordered_set>

namespace galen::data {

void check(const Vocabulary& vocabulary, const std::string& where) {
  const std::vector<std::string>& tokens = vocabulary.tokens;
  if (vocabulary.tokenizer != "words" && vocabulary.tokenizer != "wordpiece") {
    throw Error("{}: the tokenizer {} is unknown; it is words or wordpiece.", where, vocabulary.tokenizer);
  }
  if (vocabulary.max_length < 3) {
    throw Error("{}: texts of at most {} tokens leave nothing to learn from; it must be 3 or more.", where, vocabulary.max_length);
  }
  if (tokens.empty() || tokens.front() != kPaddingToken) {
    throw Error("{}: the first token of a vocabulary is {}, not {}.", where, kPaddingToken, tokens.empty() ? "missing" : tokens.front());
  }
  if (std::find(tokens.begin(), tokens.end(), kUnknownToken) == tokens.end()) {
    throw Error("{}: the vocabulary has no token {}, which stands for words that are not in it.", where, kUnknownToken);
  }
  std::unordered_set<std::string_view> seen;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    const std::string& token = tokens[id];
    if (token.empty() || token.find('\0') != std::string::npos || !is_utf8(token)) {
      throw Error("{}: token number {} of the vocabulary is {}.", where, id, token.empty() ? "empty" : "no UTF-8 text");
    }
    if (!seen.insert(token).second) throw Error("{}: the vocabulary has the token {} twice.", where, token);
  }
}

std::string difference(const Vocabulary& one, const Vocabulary& other) {
  const auto differ = [](const std::string& what, const std::string& a, const std::string& b) {
    return fmt::format("{} is {} in the one and {} in the other", what, a, b);
  };
  if (one.tokenizer != other.tokenizer) return differ("the tokenizer", one.tokenizer, other.tokenizer);
  if (one.lower_case != other.lower_case) {
    return differ("the case of letters", one.lower_case ? "left out" : "kept", other.lower_case ? "left out" : "kept");
  }
  if (one.tokens == other.tokens) return {};
  const auto [a, b] = std::mismatch(one.tokens.begin(), one.tokens.end(), other.tokens.begin(), other.tokens.end());
  return differ(fmt::format("token {}", a - one.tokens.begin()), a == one.tokens.end() ? "not there" : fmt::format("'{}'", *a),
                b == other.tokens.end() ? "not there" : fmt::format("'{}'", *b));
}

nlohmann::json to_json(const Vocabulary& vocabulary) {
  return {{"tokenizer", vocabulary.tokenizer},
          {"lower_case", vocabulary.lower_case},
          {"max_length", vocabulary.max_length},
          {"tokens", vocabulary.tokens}};
}

Vocabulary vocabulary_from_json(const nlohmann::json& json, const std::string& where) {
  Vocabulary vocabulary;
  try {
    json.at("tokenizer").get_to(vocabulary.tokenizer);
    json.at("lower_case").get_to(vocabulary.lower_case);
    json.at("max_length").get_to(vocabulary.max_length);
    json.at("tokens").get_to(vocabulary.tokens);
  } catch (const nlohmann::json::exception& error) {
    throw Error("{}: holds no vocabulary ({}).", where, error.what());
  }
  check(vocabulary, where);
  return vocabulary;
}

std::vector<std::string> read_vocabulary_file(const std::string& file) {
  expect_regular_file(file);
  std::ifstream input(file);
  if (!input) throw Error("{}: the vocabulary cannot be opened.", file);
  std::vector<std::string> tokens;
  for (std::string line; std::getline(input, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    tokens.push_back(std::move(line));
  }
  return tokens;
}

}  // namespace galen::data
