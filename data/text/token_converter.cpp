#include "data/text/token_converter.h"

#include "galen/error.h"

#include <algorithm>
#include <cstring>
#include <type_traits>
#include <utility>

namespace galen::data {

namespace {

template <typename Stored>
void widen(const std::byte* stored, std::int64_t first, std::span<std::int64_t> ids) {
  stored += first * static_cast<std::int64_t>(sizeof(Stored));
  for (std::int64_t& id : ids) {
    Stored value;
    std::memcpy(&value, stored, sizeof(Stored));
    id = static_cast<std::int64_t>(value);
    stored += sizeof(Stored);
  }
}

bool frames_texts(const Vocabulary& vocabulary) {
  const auto has = [&](const char* token) {
    return std::find(vocabulary.tokens.begin(), vocabulary.tokens.end(), token) != vocabulary.tokens.end();
  };
  return vocabulary.tokenizer == "wordpiece" && has(kStartToken) && has(kEndToken);
}

}  // namespace

TokenConverter::TokenConverter(hdf5::Native stored, const Vocabulary& vocabulary, std::int64_t max_length, std::string where)
    : widen_(hdf5::with_type(stored, [](auto* type) -> Widen { return widen<std::remove_pointer_t<decltype(type)>>; })),
      tokens_(static_cast<std::int64_t>(vocabulary.tokens.size())),
      is_framed_(frames_texts(vocabulary)),
      max_length_(max_length),
      where_(std::move(where)) {}

void TokenConverter::convert(const std::byte* stored, std::int64_t length, std::int64_t sample, std::span<std::int64_t> ids) const {
  const std::span<std::int64_t> text = ids.first(static_cast<std::size_t>(kept(length)));
  widen_(stored, 0, text);
  if (is_framed_ && length > max_length_) widen_(stored, length - 1, text.last(1));
  for (const std::int64_t id : text) {
    if (id > 0 && id < tokens_) continue;
    throw Error(
        "{}: sample {} holds the token id {}; those of its vocabulary go from 1 to {}. The file is damaged: import the texts again.",
        where_, sample, id, tokens_ - 1);
  }
  std::fill(ids.begin() + static_cast<std::ptrdiff_t>(text.size()), ids.end(), 0);
}

}  // namespace galen::data
