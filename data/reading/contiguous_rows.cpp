#include "data/reading/contiguous_rows.h"

#include <algorithm>

namespace galen::data {

namespace {

// A row somewhere else in the file starts with a miss in every cache and a walk of the page table; the processor's own prefetching only
// begins after a few lines.
void prefetch(const std::byte* row, std::uint64_t bytes) {
  constexpr std::uint64_t kLine = 64;
  constexpr std::uint64_t kAhead = 64 * kLine;
  for (std::uint64_t i = 0; i < std::min(bytes, kAhead); i += kLine) __builtin_prefetch(row + i);
}

}  // namespace

ContiguousRows::ContiguousRows(const hdf5::Array& array, std::shared_ptr<const MappedFile> file, std::uint64_t address)
    : file_(std::move(file)),
      address_(address),
      row_bytes_(static_cast<std::uint64_t>(array.row_elements()) * array.type().bytes),
      first_(file_->bytes(address, static_cast<std::uint64_t>(array.rows()) * row_bytes_).data()) {}

void ContiguousRows::read(std::span<const std::int64_t> rows, ReadScratch&, const Visit& visit) const {
  const auto at = [this](std::int64_t row) { return first_ + static_cast<std::uint64_t>(row) * row_bytes_; };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + 1 < rows.size()) prefetch(at(rows[i + 1]), row_bytes_);
    visit(i, at(rows[i]));
  }
}

void ContiguousRows::will_need(std::span<const std::int64_t> rows) const {
  for (const std::int64_t row : rows) file_->will_need(address_ + static_cast<std::uint64_t>(row) * row_bytes_, row_bytes_);
}

}  // namespace galen::data
