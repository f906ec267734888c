#pragma once

#include "data/hdf5/storage.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

struct libdeflate_decompressor;

namespace galen::data {

/// Undoes what HDF5's filters did to a chunk. One thread at a time.
class ChunkDecoder {
 public:
  ChunkDecoder();
  ~ChunkDecoder();

  /// `stored`, as in the file, into `decoded`, which has the size of a whole chunk. `filters`: as applied when writing, but for those
  /// whose bit of `skipped` is set. `element_bytes`: size of an element. Returns what is wrong with the bytes; empty: nothing.
  std::string decode(std::span<const std::byte> stored, std::span<const hdf5::Filter> filters, std::uint32_t skipped,
                     std::size_t element_bytes, std::span<std::byte> decoded);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const;
  };
  std::unique_ptr<libdeflate_decompressor, Free> decompressor_;
  std::vector<std::byte> work_[2];
};

/// HDF5's checksum of a chunk: J. Fletcher's of 1982 over big-endian 16-bit words, with an odd last byte as the high one.
std::uint32_t fletcher32(std::span<const std::byte> bytes);

/// Elements whose bytes lie in planes (all first bytes, then all second ones …) back into elements; a rest shorter than an element stays
/// at the end.
void unshuffle(std::span<const std::byte> planes, std::size_t element_bytes, std::span<std::byte> elements);

}  // namespace galen::data
