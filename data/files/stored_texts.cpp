#include "data/files/stored_texts.h"

#include "data/files/schema.h"
#include "data/files/stored_vocabulary.h"
#include "galen/error.h"

namespace galen::data {

StoredTexts read_texts(const hdf5::File& file, const hdf5::Array& input) {
  if (input.name() != schema::kText) return {};
  if (input.type().kind != hdf5::Kind::kInteger || input.shape().size() != 2) {
    throw Error("{} holds {} of shape [{}]; texts are token ids, [N, L] whole numbers.", input.where(), to_string(input.type()),
                fmt::join(input.shape(), ", "));
  }
  StoredTexts texts{read_vocabulary(file), {}};
  if (!texts.vocabulary || !file.has(schema::kTextLength)) {
    throw Error("{} holds token ids, but the file has no {}, without which they are not texts. Import them with galen import.",
                input.where(), texts.vocabulary ? schema::kTextLength : schema::kVocabulary);
  }
  const hdf5::Array lengths = file.array(schema::kTextLength);
  if (lengths.type().kind != hdf5::Kind::kInteger || lengths.row_elements() != 1) {
    throw Error("{} holds {} of shape [{}]; it must be [N] whole numbers.", lengths.where(), to_string(lengths.type()),
                fmt::join(lengths.shape(), ", "));
  }
  texts.lengths = lengths.read_all<std::int64_t>();
  for (std::size_t i = 0; i < texts.lengths.size(); ++i) {
    if (texts.lengths[i] < 1 || texts.lengths[i] > input.shape()[1]) {
      throw Error("{}: sample {} has {} tokens, but {} has room for 1 to {}.", lengths.where(), i, texts.lengths[i], input.name(),
                  input.shape()[1]);
    }
  }
  return texts;
}

}  // namespace galen::data
