#pragma once

#include "data/hdf5/hdf5.h"
#include "data/text/vocabulary.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace galen::data {

/// What a file says of its texts beside their token ids.
struct StoredTexts {
  std::optional<Vocabulary> vocabulary;
  std::vector<std::int64_t> lengths;  ///< of each text, 1 … L
};

/// Of the samples `input`; nothing where they are not the schema's texts. Texts without vocabulary or lengths throw galen::Error.
StoredTexts read_texts(const hdf5::File& file, const hdf5::Array& input);

}  // namespace galen::data
