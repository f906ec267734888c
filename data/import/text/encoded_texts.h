#pragma once

#include "data/import/import.h"
#include "data/import/source.h"

#include <string>
#include <vector>

namespace galen::data {

/// Makes `texts` the samples of `source`: its fit learns the vocabulary of the training texts (or reads the one that is given), encodes
/// every text, and describes the token ids; from then on `read` hands them out.
void encode_on_fit(Source& source, std::vector<std::string> texts, const TextOptions& options);

}  // namespace galen::data
