#include "data/reading/library_rows.h"

#include "data/reading/row_order.h"

#include <algorithm>
#include <utility>

namespace galen::data {

namespace {

constexpr std::size_t kMostBytes = std::size_t{64} << 20;  // of one call, beyond a single row

}  // namespace

LibraryRows::LibraryRows(const hdf5::Array& array, std::string reason)
    : array_(array),
      reason_(std::move(reason)),
      type_(hdf5::native_of(array.type())),
      row_bytes_(static_cast<std::size_t>(array.row_elements()) * hdf5::bytes_of(type_)) {}

// Neighbours in the file are read with one call, wherever they stand among the rows asked for.
void LibraryRows::read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const {
  sort_rows(rows, scratch.order, [](std::int64_t row) { return row; });
  const auto most = static_cast<std::int64_t>(std::max<std::size_t>(1, kMostBytes / row_bytes_));
  for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    const std::int64_t first = rows[scratch.order[begin]];
    std::int64_t last = first;
    for (end = begin + 1; end < rows.size(); ++end) {
      const std::int64_t row = rows[scratch.order[end]];
      if (row > last + 1 || row >= first + most) break;
      last = row;
    }
    scratch.row.resize(static_cast<std::size_t>(last - first + 1) * row_bytes_);
    array_.read(first, last - first + 1, type_, scratch.row.data());
    for (std::size_t i = begin; i < end; ++i) {
      const std::size_t asked = scratch.order[i];
      visit(asked, scratch.row.data() + static_cast<std::size_t>(rows[asked] - first) * row_bytes_);
    }
  }
}

void LibraryRows::will_need(std::span<const std::int64_t>) const {}  // the library reads when it is asked

}  // namespace galen::data
