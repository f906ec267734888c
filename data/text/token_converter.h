#pragma once

#include "data/hdf5/hdf5.h"
#include "data/text/vocabulary.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace galen::data {

/// Turns a text as it is stored into one as a model sees it: i64 ids 1 … V - 1, then 0 as padding. Const and safe to share between threads.
class TokenConverter {
 public:
  /// Of longer texts `max_length` tokens are kept, the first ones; where the vocabulary frames texts ([CLS] … [SEP]), the last is the end
  /// token still. `where`: the dataset, as errors begin.
  TokenConverter(hdf5::Native stored, const Vocabulary& vocabulary, std::int64_t max_length, std::string where);

  std::int64_t kept(std::int64_t length) const { return length < max_length_ ? length : max_length_; }

  /// `stored`: at least `length` ids of sample number `sample`, not necessarily aligned. `ids`: kept(length) or more. An id that is not in
  /// the vocabulary throws galen::Error.
  void convert(const std::byte* stored, std::int64_t length, std::int64_t sample, std::span<std::int64_t> ids) const;

 private:
  using Widen = void (*)(const std::byte* stored, std::int64_t first, std::span<std::int64_t> ids);

  Widen widen_;
  std::int64_t tokens_;
  bool is_framed_;
  std::int64_t max_length_;
  std::string where_;
};

}  // namespace galen::data
