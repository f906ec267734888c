#pragma once

#include "data/import/import.h"
#include "data/import/source.h"

#include <string>

namespace galen::data {

/// 32 hex digits that change with what decoded samples depend on: the names, sizes and times of the files that they come from, the
/// samples that were listed, and options.record.
std::string fingerprint_of(const Source& source, const ImportOptions& options);

}  // namespace galen::data
