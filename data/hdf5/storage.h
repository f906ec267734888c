#pragma once

#include "data/hdf5/hdf5.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data::hdf5 {

/// What can be done to the bytes of a chunk when it is written.
enum class Filter { kDeflate, kShuffle, kFletcher32 };

struct StoredChunk {
  std::uint64_t address = 0;  ///< in the file
  std::uint32_t bytes = 0;
  std::uint32_t skipped = 0;  ///< bit i: filter i was not applied
};

/// Where the bytes of an array lie in its file, for readers that do without the library and its lock.
struct Storage {
  /// Why only the library can read the array, a phrase such as "its filter szip"; empty: all of the following is set.
  std::string needs_library;

  std::uint64_t address = 0;              ///< contiguous arrays: of the first element
  std::vector<std::int64_t> chunk_shape;  ///< empty: contiguous
  std::vector<Filter> filters;            ///< in the order in which they were applied
  std::vector<StoredChunk> chunks;        ///< of the whole grid, last dimension fastest
};

}  // namespace galen::data::hdf5
