#pragma once

#include "data/formats/source.h"
#include "data/sampling/split.h"

#include <string>
#include <vector>

namespace galen::data {

inline constexpr char kOwnSplit[] = "the source's own";

/// The split that an imported file stores: the source's own, or drawn by patient (and class); see ImportOptions::split. `origin` becomes a
/// phrase that tells which: kOwnSplit where nothing was drawn.
std::vector<Subset> import_split(const Source& source, const SplitOptions& options, std::string& origin);

}  // namespace galen::data
