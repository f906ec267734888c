#include "data/reading/chunked_rows.h"

#include "data/reading/chunk_cache.h"
#include "data/reading/chunk_decoder.h"
#include "data/reading/row_order.h"
#include "galen/error.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

namespace galen::data {

namespace {

std::int64_t product(std::span<const std::int64_t> extents) {
  return std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
}

}  // namespace

ChunkedRows::ChunkedRows(const hdf5::Array& array, hdf5::Storage storage, std::shared_ptr<const MappedFile> file)
    : where_(array.where()),
      file_(std::move(file)),
      storage_(std::move(storage)),
      row_shape_(array.shape().begin() + 1, array.shape().end()),
      inner_chunk_(storage_.chunk_shape.begin() + 1, storage_.chunk_shape.end()),
      rows_a_chunk_(storage_.chunk_shape.front()),
      element_bytes_(array.type().bytes),
      row_bytes_(static_cast<std::size_t>(array.row_elements()) * element_bytes_),
      chunk_bytes_(static_cast<std::size_t>(product(storage_.chunk_shape)) * element_bytes_),
      holds_whole_rows_(row_shape_ == inner_chunk_) {
  for (std::size_t d = 0; d < row_shape_.size(); ++d) inner_grid_.push_back((row_shape_[d] + inner_chunk_[d] - 1) / inner_chunk_[d]);
  chunks_a_row_ = product(inner_grid_);
  for (const hdf5::StoredChunk& chunk : storage_.chunks) file_->bytes(chunk.address, chunk.bytes);
}

void ChunkedRows::read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const {
  sort_rows(rows, scratch.order, [this](std::int64_t row) { return row / rows_a_chunk_; });
  if (cache_ && rows_a_chunk_ > 1) fetch(rows, scratch);
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    const std::int64_t chunk_row = rows[scratch.order[begin]] / rows_a_chunk_;
    for (end = begin + 1; end < rows.size() && rows[scratch.order[end]] / rows_a_chunk_ == chunk_row; ++end) {
    }
    const std::span<const std::size_t> asked = std::span(scratch.order).subspan(begin, end - begin);
    if (!holds_whole_rows_) {
      assemble(chunk_row, rows, asked, scratch, visit);
      continue;
    }
    const std::byte* chunk = decoded(chunk_row, scratch);
    for (const std::size_t i : asked) visit(i, chunk + static_cast<std::size_t>(rows[i] % rows_a_chunk_) * row_bytes_);
  }
}

// Neighbouring batches need the same chunks at about the same time: their threads decode different ones first.
void ChunkedRows::fetch(std::span<const std::int64_t> rows, ReadScratch& scratch) const {
  std::int64_t previous = -1;
  for (const std::size_t i : scratch.order) {
    const std::int64_t chunk_row = rows[i] / rows_a_chunk_;
    if (chunk_row == std::exchange(previous, chunk_row)) continue;
    for (std::int64_t chunk = chunk_row * chunks_a_row_; chunk < (chunk_row + 1) * chunks_a_row_; ++chunk) {
      cache_->fetch(first_in_cache_ + chunk, [&](std::span<std::byte> into) { decode(chunk, scratch, into.first(chunk_bytes_)); });
    }
  }
}

// Each chunk of the row of chunks is decoded once and gives its part to all rows that were asked for.
void ChunkedRows::assemble(std::int64_t chunk_row, std::span<const std::int64_t> rows, std::span<const std::size_t> asked,
                           ReadScratch& scratch, const Visit& visit) const {
  scratch.row.resize(asked.size() * row_bytes_);
  for (std::int64_t inner = 0; inner < chunks_a_row_; ++inner) {
    const std::byte* chunk = decoded(chunk_row * chunks_a_row_ + inner, scratch);
    for (std::size_t k = 0; k < asked.size(); ++k) {
      copy_part(chunk, inner, rows[asked[k]] % rows_a_chunk_, scratch.row.data() + k * row_bytes_);
    }
  }
  for (std::size_t k = 0; k < asked.size(); ++k) visit(asked[k], scratch.row.data() + k * row_bytes_);
}

// What chunk `inner` of a row of chunks holds of its row number `row`, to its place in that row. Runs along the last dimension are
// contiguous on both sides; chunks may reach over the edge.
void ChunkedRows::copy_part(const std::byte* chunk, std::int64_t inner, std::int64_t row, std::byte* into) const {
  const std::size_t rank = row_shape_.size();
  std::int64_t first[8] = {};
  std::int64_t extent[8] = {};
  for (std::size_t d = rank; d-- > 0;) {
    first[d] = inner % inner_grid_[d] * inner_chunk_[d];
    extent[d] = std::min(inner_chunk_[d], row_shape_[d] - first[d]);
    inner /= inner_grid_[d];
  }
  const std::byte* part = chunk + static_cast<std::size_t>(row * product(inner_chunk_)) * element_bytes_;
  std::int64_t at[8] = {};
  for (;;) {
    std::int64_t from = 0;
    std::int64_t to = 0;
    for (std::size_t d = 0; d < rank; ++d) {
      from = from * inner_chunk_[d] + at[d];
      to = to * row_shape_[d] + first[d] + at[d];
    }
    std::memcpy(into + static_cast<std::size_t>(to) * element_bytes_, part + static_cast<std::size_t>(from) * element_bytes_,
                static_cast<std::size_t>(extent[rank - 1]) * element_bytes_);
    std::size_t d = rank - 1;
    do {
      if (d == 0) return;
      at[d] = 0;
      --d;
    } while (++at[d] == extent[d]);
  }
}

const std::byte* ChunkedRows::decoded(std::int64_t chunk, ReadScratch& scratch) const {
  const hdf5::StoredChunk& stored = storage_.chunks[static_cast<std::size_t>(chunk)];
  if (storage_.filters.empty() && stored.bytes == chunk_bytes_) return file_->bytes(stored.address, stored.bytes).data();
  if (cache_) {
    const std::byte* kept = cache_->get(first_in_cache_ + chunk, scratch.pin,
                                        [&](std::span<std::byte> into) { decode(chunk, scratch, into.first(chunk_bytes_)); });
    if (kept != nullptr) return kept;
  }
  scratch.chunk.resize(chunk_bytes_);
  decode(chunk, scratch, scratch.chunk);
  return scratch.chunk.data();
}

void ChunkedRows::decode(std::int64_t chunk, ReadScratch& scratch, std::span<std::byte> into) const {
  const hdf5::StoredChunk& stored = storage_.chunks[static_cast<std::size_t>(chunk)];
  if (!scratch.decoder) scratch.decoder = std::make_unique<ChunkDecoder>();
  const std::string wrong =
      scratch.decoder->decode(file_->bytes(stored.address, stored.bytes), storage_.filters, stored.skipped, element_bytes_, into);
  if (wrong.empty()) return;
  const std::int64_t first = chunk / chunks_a_row_ * rows_a_chunk_;
  throw Error("{}: samples {} to {} cannot be read: their chunk at byte {} is damaged: {}. Copy or import the file again.", where_, first,
              first + rows_a_chunk_ - 1, stored.address, wrong);
}

ChunkCache::Geometry ChunkedRows::compressed_chunks() const {
  if (storage_.filters.empty()) return {};
  return {static_cast<std::int64_t>(storage_.chunks.size()), static_cast<std::int64_t>(chunk_bytes_)};
}

void ChunkedRows::keep_chunks_in(std::shared_ptr<ChunkCache> cache, std::int64_t first) {
  if (storage_.filters.empty()) return;
  cache_ = std::move(cache);
  first_in_cache_ = first;
}

void ChunkedRows::will_need(std::span<const std::int64_t> rows) const {
  std::int64_t previous = -1;
  for (const std::int64_t row : rows) {
    const std::int64_t chunk_row = row / rows_a_chunk_;
    if (chunk_row == std::exchange(previous, chunk_row)) continue;
    for (std::int64_t inner = 0; inner < chunks_a_row_; ++inner) {
      const hdf5::StoredChunk& stored = storage_.chunks[static_cast<std::size_t>(chunk_row * chunks_a_row_ + inner)];
      file_->will_need(stored.address, stored.bytes);
    }
  }
}

}  // namespace galen::data
