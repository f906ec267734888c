#include "data/files/checked_rows.h"

#include <cstring>
#include <numeric>
#include <utility>

namespace galen::data {

CheckedRows::CheckedRows(const hdf5::Array& array, std::unique_ptr<RowReader> rows, BlockDigests digests)
    : rows_(std::move(rows)),
      digests_(std::move(digests)),
      row_bytes_(static_cast<std::size_t>(array.row_elements()) * hdf5::bytes_of(hdf5::native_of(array.type()))),
      is_checked_(static_cast<std::size_t>(digests_.blocks())) {}

void CheckedRows::read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const {
  for (const std::int64_t row : rows) {
    const std::int64_t block = digests_.block_of(row);
    if (!is_checked_[static_cast<std::size_t>(block)].load(std::memory_order_relaxed)) check(block, scratch);
  }
  rows_->read(rows, scratch, visit);
}

void CheckedRows::check(std::int64_t block, ReadScratch& scratch) const {
  const Range samples = digests_.samples(block);
  std::vector<std::int64_t> rows(static_cast<std::size_t>(samples.size()));
  std::iota(rows.begin(), rows.end(), samples.begin);
  std::vector<std::byte> bytes(rows.size() * row_bytes_);
  rows_->read(rows, scratch, [&](std::size_t i, const std::byte* row) { std::memcpy(&bytes[i * row_bytes_], row, row_bytes_); });
  digests_.check(block, bytes);
  is_checked_[static_cast<std::size_t>(block)].store(true, std::memory_order_relaxed);
}

}  // namespace galen::data
