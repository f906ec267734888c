#pragma once

#include "data/hdf5/hdf5.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace galen::data::hdf5 {

struct ArrayLayout {
  std::int64_t chunk_rows = 0;  ///< 0: contiguous
  int gzip_level = 0;           ///< 1 … 9 wants chunks
};

/// Copies a file to a new one: all groups, datasets, links and attributes as they are, but for the datasets in `layouts` (full names),
/// whose elements are stored in that layout. Elements of other files that `external` does not allow throw galen::Error. `progress` learns
/// rows done, of how many in all of them.
void rewrite(const std::string& from, const std::string& to, const std::map<std::string, ArrayLayout>& layouts, External external,
             const std::function<void(std::int64_t, std::int64_t)>& progress);

}  // namespace galen::data::hdf5
