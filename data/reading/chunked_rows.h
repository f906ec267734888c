#pragma once

#include "data/hdf5/storage.h"
#include "data/reading/mapped_file.h"
#include "data/reading/row_reader.h"

#include <memory>
#include <vector>

namespace galen::data {

/// Rows in chunks, as a rule compressed: bytes out of the mapped file, decompressed by the calling thread.
class ChunkedRows : public RowReader {
 public:
  ChunkedRows(const hdf5::Array& array, hdf5::Storage storage, std::shared_ptr<const MappedFile> file);

  void read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const override;
  void will_need(std::span<const std::int64_t> rows) const override;
  ChunkCache::Geometry compressed_chunks() const override;
  std::int64_t chunk_of(std::int64_t row) const override { return row / rows_a_chunk_ * chunks_a_row_; }
  void keep_chunks_in(std::shared_ptr<ChunkCache> cache, std::int64_t first) override;
  std::string needs_library() const override { return {}; }

 private:
  /// Bytes of a chunk as its filters got them; valid until the next call with this scratch.
  const std::byte* decoded(std::int64_t chunk, ReadScratch& scratch) const;
  void fetch(std::span<const std::int64_t> rows, ReadScratch& scratch) const;
  void decode(std::int64_t chunk, ReadScratch& scratch, std::span<std::byte> into) const;
  void assemble(std::int64_t chunk_row, std::span<const std::int64_t> rows, std::span<const std::size_t> asked, ReadScratch& scratch,
                const Visit& visit) const;
  void copy_part(const std::byte* chunk, std::int64_t inner, std::int64_t row, std::byte* into) const;

  std::string where_;
  std::shared_ptr<const MappedFile> file_;
  hdf5::Storage storage_;
  std::shared_ptr<ChunkCache> cache_;  ///< may be null
  std::int64_t first_in_cache_ = 0;
  std::vector<std::int64_t> row_shape_;    ///< without the rows
  std::vector<std::int64_t> inner_chunk_;  ///< chunk shape without the rows
  std::vector<std::int64_t> inner_grid_;   ///< chunks along each of these dimensions
  std::int64_t rows_a_chunk_;
  std::int64_t chunks_a_row_;  ///< 1 where chunks hold whole rows
  std::size_t element_bytes_;
  std::size_t row_bytes_;
  std::size_t chunk_bytes_;
  bool holds_whole_rows_;
};

}  // namespace galen::data
