#pragma once

#include "data/hdf5/hdf5.h"
#include "data/text/vocabulary.h"

#include <optional>

namespace galen::data {

/// The schema's array of tokens and its attributes.
void write_vocabulary(hdf5::File& file, const Vocabulary& vocabulary);

/// Nothing where the file has none; one that cannot be used throws galen::Error.
std::optional<Vocabulary> read_vocabulary(const hdf5::File& file);

}  // namespace galen::data
