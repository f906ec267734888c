#pragma once

#include "data/files/integrity.h"
#include "data/reading/row_reader.h"

#include <atomic>
#include <memory>
#include <vector>

namespace galen::data {

/// Rows whose blocks are compared with their digests when one of their rows is first read; galen::Error names the samples of a block that
/// is no longer as it was written.
class CheckedRows : public RowReader {
 public:
  CheckedRows(const hdf5::Array& array, std::unique_ptr<RowReader> rows, BlockDigests digests);

  void read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const override;
  void will_need(std::span<const std::int64_t> rows) const override { rows_->will_need(rows); }
  ChunkCache::Geometry compressed_chunks() const override { return rows_->compressed_chunks(); }
  std::int64_t chunk_of(std::int64_t row) const override { return rows_->chunk_of(row); }
  void keep_chunks_in(std::shared_ptr<ChunkCache> cache, std::int64_t first) override { rows_->keep_chunks_in(std::move(cache), first); }
  std::string needs_library() const override { return rows_->needs_library(); }

 private:
  void check(std::int64_t block, ReadScratch& scratch) const;

  std::unique_ptr<RowReader> rows_;
  BlockDigests digests_;
  std::size_t row_bytes_;
  mutable std::vector<std::atomic<bool>> is_checked_;  ///< of each block; two threads may both check one
};

}  // namespace galen::data
