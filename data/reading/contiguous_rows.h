#pragma once

#include "data/reading/mapped_file.h"
#include "data/reading/row_reader.h"

#include <memory>

namespace galen::data {

/// Rows that lie one after the other in the file: nothing but pointers into it.
class ContiguousRows : public RowReader {
 public:
  ContiguousRows(const hdf5::Array& array, std::shared_ptr<const MappedFile> file, std::uint64_t address);

  void read(std::span<const std::int64_t> rows, ReadScratch& scratch, const Visit& visit) const override;
  void will_need(std::span<const std::int64_t> rows) const override;
  std::string needs_library() const override { return {}; }

 private:
  std::shared_ptr<const MappedFile> file_;
  std::uint64_t address_;
  std::uint64_t row_bytes_;
  const std::byte* first_;
};

}  // namespace galen::data
