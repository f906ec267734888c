#pragma once

#include "data/formats/import_workers.h"
#include "data/formats/source.h"
#include "data/import/decoded_parts.h"

#include <string>
#include <vector>

namespace galen::data {

/// All workers together make the parts that are not there yet. Collective.
void decode(const DecodedParts& parts, const ImportWorkers& workers);

/// Leaves the good samples of a source whose parts are made; `skipped` gets a sentence for each bad one. Throws where none is good.
void leave_out_bad(Source& source, const DecodedParts& parts, std::vector<std::string>& skipped);

}  // namespace galen::data
