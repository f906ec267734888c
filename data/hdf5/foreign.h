#pragma once

#include "data/hdf5/hdf5.h"

#include <string>
#include <utility>
#include <vector>

namespace galen::data::hdf5 {

/// Names of the fields of dataset `name`, where its type is compound; empty: it is not.
std::vector<std::string> field_names(const File& file, const std::string& name);

/// Whether a name leads through an external link into another file, that may be missing or beyond reach.
bool leads_elsewhere(const File& file, const std::string& name);

/// Gives datasets of a file further names, in pairs of the existing name and the new one; groups above are made.
void add_names(const std::string& file, const std::vector<std::pair<std::string, std::string>>& names);

}  // namespace galen::data::hdf5
