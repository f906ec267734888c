#pragma once

#include "data/hdf5/hdf5.h"
#include "data/reading/chunk_cache.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

class ChunkDecoder;

/// Room to work in, one for each thread that reads; kept, so that nothing is allocated after the first batches.
struct ReadScratch {
  ReadScratch();
  ~ReadScratch();
  ReadScratch(const ReadScratch&) = delete;
  ReadScratch& operator=(const ReadScratch&) = delete;

  std::vector<std::size_t> order;  ///< of the rows asked for, by where they lie
  std::vector<std::byte> row;
  std::vector<std::byte> chunk;
  std::unique_ptr<ChunkDecoder> decoder;
  ChunkCache::Pin pin;
};

/// Rows of one array, as they are stored. Const and safe to share between threads.
class RowReader {
 public:
  using Visit = std::function<void(std::size_t i, const std::byte* row)>;

  virtual ~RowReader() = default;

  /// Calls visit(i, row number rows[i]) once for each i, in any order; `row` is valid during the call, and maybe not aligned. Rows that
  /// cannot be read throw galen::Error that names file, dataset and row.
  virtual void read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const = 0;

  /// These rows will be read soon: brings them nearer, without waiting.
  virtual void will_need(std::span<const std::int64_t> rows) const = 0;

  /// The compressed chunks; none where rows are not compressed.
  virtual ChunkCache::Geometry compressed_chunks() const { return {}; }
  /// The (first) of them that a row lies in.
  virtual std::int64_t chunk_of(std::int64_t) const { return 0; }
  /// Keeps decompressed chunks in `cache`, chunk 0 as number `first`.
  virtual void keep_chunks_in(std::shared_ptr<ChunkCache>, std::int64_t) {}

  /// Why reading goes through the HDF5 library and its lock, a phrase; empty where it does not.
  virtual std::string needs_library() const = 0;
};

/// The fastest reader that `array` allows. Elements come as hdf5::native_of(array.type()).
std::unique_ptr<RowReader> make_row_reader(const hdf5::Array& array);

}  // namespace galen::data
