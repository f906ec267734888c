#include "data/reading/row_reader.h"

#include "data/reading/chunk_decoder.h"
#include "data/reading/chunked_rows.h"
#include "data/reading/contiguous_rows.h"
#include "data/reading/library_rows.h"

#include <utility>

namespace galen::data {

ReadScratch::ReadScratch() = default;
ReadScratch::~ReadScratch() = default;

std::unique_ptr<RowReader> make_row_reader(const hdf5::Array& array) {
  hdf5::Storage storage = array.storage();
  if (!storage.needs_library.empty()) return std::make_unique<LibraryRows>(array, std::move(storage.needs_library));
  auto file = std::make_shared<const MappedFile>(array.file());
  file->expect_random_access();
  if (storage.chunk_shape.empty()) return std::make_unique<ContiguousRows>(array, std::move(file), storage.address);
  return std::make_unique<ChunkedRows>(array, std::move(storage), std::move(file));
}

}  // namespace galen::data
