#pragma once

#include "data/formats/discovery.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Whether the source is an IDX file (MNIST's format, http://yann.lecun.com/exdb/mnist), gzip or not, or a folder that holds one named so.
bool is_idx(const Discovery& found);

/// A folder of IDX files, or one file of it together with its partner; see find_idx_pairs().
Source open_idx(const ImportOptions& options);

}  // namespace galen::data
