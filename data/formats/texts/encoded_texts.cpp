#include "data/formats/texts/encoded_texts.h"

#include "data/sampling/length_order.h"
#include "data/text/learn_vocabulary.h"
#include "data/text/tokenizer.h"
#include "galen/error.h"

#include <ATen/ops/zeros.h>

#include <algorithm>
#include <limits>
#include <memory>

namespace galen::data {
namespace {

constexpr std::int64_t kMostU16Tokens = std::int64_t{std::numeric_limits<std::uint16_t>::max()} + 1;

Vocabulary given_vocabulary(Vocabulary vocabulary, const std::string& file) {
  vocabulary.tokens = read_vocabulary_file(file);
  check(vocabulary, file);
  const bool has_pieces = std::any_of(vocabulary.tokens.begin(), vocabulary.tokens.end(),
                                      [](const std::string& token) { return token.size() > 2 && token.starts_with("##"); });
  if (has_pieces && vocabulary.tokenizer == "words") throw UsageError("{}: holds pieces of words (##…); pass --tokenizer wordpiece.", file);
  return vocabulary;
}

Vocabulary learnt_vocabulary(Vocabulary vocabulary, std::int64_t size, const std::vector<std::string>& texts,
                             const std::vector<std::int64_t>& training) {
  if (training.empty()) {
    throw UsageError(
        "there are no training texts to learn a vocabulary from; give the training split a share, or a file with --vocabulary.");
  }
  WordCounts counts(word_rules(vocabulary));
  for (const std::int64_t i : training) counts.add(texts[i]);
  const std::vector<WordCounts::Entry> words = counts.sorted();
  vocabulary.tokens = vocabulary.tokenizer == "words" ? learn_words(words, size) : learn_word_pieces(words, size);
  return vocabulary;
}

class EncodedTexts {
 public:
  explicit EncodedTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  const std::vector<std::string>& texts() const { return texts_; }

  /// How many texts were cut. They are not needed any more.
  std::int64_t encode(const Tokenizer& tokenizer) {
    std::int64_t cut = 0;
    for (const std::string& text : texts_) {
      std::int64_t whole = 0;
      const std::vector<std::int32_t> ids = tokenizer.encode(text, &whole);
      cut += whole > static_cast<std::int64_t>(ids.size());
      longest_ = std::max(longest_, static_cast<std::int64_t>(ids.size()));
      ids_.insert(ids_.end(), ids.begin(), ids.end());
      ends_.push_back(ids_.size());
    }
    texts_ = {};
    return cut;
  }

  std::int64_t longest() const { return longest_; }

  /// The next `n` texts, [n, width], padded.
  at::Tensor read(std::int64_t n, std::int64_t width, at::ScalarType type) {
    at::Tensor rows = at::zeros({n, width}, type);
    for (std::int64_t i = 0; i < n; ++i, ++next_) {
      const auto begin = ids_.begin() + static_cast<std::ptrdiff_t>(next_ == 0 ? 0 : ends_[next_ - 1]);
      const auto end = ids_.begin() + static_cast<std::ptrdiff_t>(ends_[next_]);
      if (type == at::kInt) {
        std::copy(begin, end, rows.mutable_data_ptr<std::int32_t>() + i * width);
      } else {
        std::copy(begin, end, rows.mutable_data_ptr<std::int64_t>() + i * width);
      }
    }
    return rows;
  }

 private:
  std::vector<std::string> texts_;
  std::vector<std::int32_t> ids_;  ///< of all texts, in a row
  std::vector<std::size_t> ends_;
  std::int64_t longest_ = 0;
  std::size_t next_ = 0;
};

}  // namespace

void encode_on_fit(Source& source, std::vector<std::string> texts, const TextOptions& options, const std::optional<Vocabulary>& known) {
  Vocabulary empty = {options.tokenizer, options.lower_case, options.max_length, {}};
  const auto encoded = std::make_shared<EncodedTexts>(std::move(texts));
  source.fit = [=](Source& fitted, const std::vector<Subset>& split) {
    const std::vector<std::int64_t> training = members(split, Subset::kTrain);
    const bool given = !options.vocabulary_file.empty();
    const Vocabulary vocabulary = known   ? *known
                                  : given ? given_vocabulary(empty, options.vocabulary_file)
                                          : learnt_vocabulary(empty, options.vocabulary_size, encoded->texts(), training);
    check(vocabulary, "the vocabulary");
    const std::int64_t cut = encoded->encode(Tokenizer(vocabulary));

    const auto size = static_cast<std::int64_t>(vocabulary.tokens.size());
    DatasetDescription& description = fitted.description;
    description.vocabulary = vocabulary;
    description.type = size <= kMostU16Tokens ? at::kInt : at::kLong;
    description.sample_shape = {round_up_length(encoded->longest())};
    fitted.read = [encoded, width = description.sample_shape[0], type = description.type](std::int64_t n) {
      return encoded->read(n, width, type);
    };
    fitted.warnings.push_back(known ? fmt::format("The vocabulary is that of --like: {} tokens.", size)
                              : given
                                  ? fmt::format("The vocabulary is {}, {} tokens.", options.vocabulary_file, size)
                                  : fmt::format("The vocabulary was learnt from the {} training texts: {} tokens.", training.size(), size));
    if (cut > 0)
      fitted.warnings.push_back(fmt::format("{} texts are longer than {} tokens; their ends are left out.", cut, vocabulary.max_length));
  };
}

}  // namespace galen::data
