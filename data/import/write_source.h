#pragma once

#include "data/formats/source.h"
#include "data/import/decoded_parts.h"
#include "data/import/import.h"
#include "data/import/pseudonyms.h"

#include <string>

namespace galen::data {

/// Writes the data set file, with its split; what was written is the report, but for what was skipped. `parts`: where the samples are;
/// null: they come out of source.read. Identifiers become pseudonyms once the split is drawn.
ImportReport write_source(Source& source, const DecodedParts* parts, const std::string& format, const Pseudonyms& pseudonyms,
                          const ImportOptions& options, const ImportWorkers& workers);

}  // namespace galen::data
