#pragma once

#include "data/import/source.h"
#include "data/order/split.h"

#include <string>
#include <vector>

namespace galen::data {

/// The split that an imported file stores: the source's own, or drawn by patient (and class); see ImportOptions::split. `origin` becomes a
/// phrase that tells which.
std::vector<Subset> import_split(const Source& source, const SplitOptions& options, std::string& origin);

}  // namespace galen::data
