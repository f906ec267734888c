#pragma once

#include "data/reading/row_reader.h"

namespace galen::data {

/// Rows by way of the HDF5 library and its lock: everything that it can read, at its speed.
class LibraryRows : public RowReader {
 public:
  LibraryRows(const hdf5::Array& array, std::string reason);

  void read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const override;
  void will_need(std::span<const std::int64_t> rows) const override;
  std::string needs_library() const override { return reason_; }

 private:
  hdf5::Array array_;
  std::string reason_;
  hdf5::Native type_;
  std::size_t row_bytes_;
};

}  // namespace galen::data
