#include "data/files/stored_vocabulary.h"

#include "data/files/schema.h"
#include "galen/error.h"

namespace galen::data {

void write_vocabulary(hdf5::File& file, const Vocabulary& vocabulary) {
  file.write_texts(schema::kVocabulary, vocabulary.tokens);
  hdf5::Array array = file.array(schema::kVocabulary);
  array.set_attribute(schema::kTokenizerAttribute, vocabulary.tokenizer);
  array.set_attribute(schema::kLowerCaseAttribute, std::int64_t{vocabulary.lower_case});
  array.set_attribute(schema::kMaxLengthAttribute, vocabulary.max_length);
}

std::optional<Vocabulary> read_vocabulary(const hdf5::File& file) {
  if (!file.has(schema::kVocabulary)) return std::nullopt;
  const hdf5::Array array = file.array(schema::kVocabulary);
  const std::vector<std::string> tokenizer = array.texts(schema::kTokenizerAttribute);
  const std::vector<double> lower_case = array.numbers(schema::kLowerCaseAttribute);
  const std::vector<double> max_length = array.numbers(schema::kMaxLengthAttribute);
  if (array.type().kind != hdf5::Kind::kString || array.shape().size() != 1 || tokenizer.size() != 1 || lower_case.size() != 1 ||
      max_length.size() != 1) {
    throw Error("{} is no vocabulary of Galen's: [V] texts with the attributes {}, {} and {}.", array.where(), schema::kTokenizerAttribute,
                schema::kLowerCaseAttribute, schema::kMaxLengthAttribute);
  }
  Vocabulary vocabulary = {tokenizer[0], lower_case[0] != 0, static_cast<std::int64_t>(max_length[0]), array.read_texts()};
  check(vocabulary, array.where());
  return vocabulary;
}

}  // namespace galen::data
