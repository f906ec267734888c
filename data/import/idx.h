#pragma once

#include "data/import/import.h"
#include "data/import/source.h"

namespace galen::data {

/// Whether the path is an IDX file (MNIST's format, http://yann.lecun.com/exdb/mnist), gzip or not, or a folder that holds one.
bool is_idx(const std::string& path);

/// A folder of IDX files, or one file of it together with its partner; see find_idx_pairs().
Source open_idx(const ImportOptions& options);

}  // namespace galen::data
