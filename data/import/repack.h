#pragma once

#include "data/hdf5/hdf5.h"

#include <cstdint>
#include <functional>
#include <string>

namespace galen::data {

struct RepackOptions {
  std::string source = {};                            ///< The HDF5 file.
  std::string file = {};                              ///< The new one.
  bool overwrite = false;                             ///< Replace `file` where it exists; it may be `source`.
  hdf5::External external = hdf5::External::kRefuse;  ///< Whether elements may lie outside the folder of `source`.
  std::string input = {};                             ///< Dataset of the samples; empty: as DatasetOptions::input has it.
  int compression = 0;                                ///< 0: none. 1 … 9: gzip of that level.
  std::int64_t chunk_samples = 0;  ///< Samples a chunk. 0: with compression one (small samples: about 256 KB), else no chunks.
};

/// Rewrites `options.source`, its samples (and masks) in another layout. They stay the same byte for byte, in their stored type, and so
/// does all else in the file: other datasets, groups, attributes. Returns what was done, as lines for a person. `progress`: as
/// ImportWorkers'.
std::string repack(const RepackOptions& options, const std::function<void(const char*, std::int64_t, std::int64_t)>& progress);

}  // namespace galen::data
