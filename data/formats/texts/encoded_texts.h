#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"
#include "data/text/vocabulary.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// Makes `texts` the samples of `source`: its fit learns the vocabulary of the training texts (or reads the one that the options name, or
/// takes `known`), encodes every text, and describes the token ids; from then on `read` hands them out.
void encode_on_fit(Source& source, std::vector<std::string> texts, const TextOptions& options, const std::optional<Vocabulary>& known);

}  // namespace galen::data
