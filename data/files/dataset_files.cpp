#include "data/files/dataset_files.h"

#include "data/files/file_list.h"
#include "data/files/joined_files.h"
#include "data/files/reading_file.h"
#include "data/files/same_samples.h"
#include "data/reading/row_order.h"

#include <c10/util/Exception.h>
#include <fmt/format.h>

#include <algorithm>

namespace galen::data {

namespace {

// The inputs' rows, then the masks'.
std::vector<RowReader*> readers_of(const DatasetFile& file) {
  std::vector<RowReader*> readers;
  for (const StoredInput& input : file.inputs) readers.push_back(input.rows.get());
  if (file.masks) readers.push_back(file.masks->rows.get());
  return readers;
}

}  // namespace

DatasetFiles::DatasetFiles(const DatasetOptions& options) {
  for (const std::string& path : file_list(options.file)) {
    files_.push_back(open_dataset_file(path, options));
    begin_.push_back(begin_.back() + files_.back().size());
  }
  check_alike(files_);
  check_no_file_twice(files_);
  first_chunk_.resize(files_.size());
  std::int64_t chunks = 0;
  for (std::size_t array = 0; array < readers_of(files_.front()).size(); ++array) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      first_chunk_[i].push_back(chunks);
      chunks += readers_of(files_[i])[array]->compressed_chunks().chunks;
    }
  }
}

std::size_t DatasetFiles::file_number(std::int64_t sample) const {
  return static_cast<std::size_t>(std::upper_bound(begin_.begin(), begin_.end(), sample) - begin_.begin()) - 1;
}

// Calls visit(file, rows of the file, number of each among `samples`) for each file that has some of them.
template <typename Visit>
void DatasetFiles::by_file(std::span<const std::int64_t> samples, Visit visit) const {
  for (const std::int64_t sample : samples) TORCH_CHECK(sample >= 0 && sample < size(), "sample ", sample, " of ", size());
  if (files_.size() == 1) {
    visit(files_.front(), samples, std::span<const std::size_t>());
    return;
  }
  std::vector<std::size_t> order;
  sort_rows(samples, order, [this](std::int64_t sample) { return file_number(sample); });
  std::vector<std::int64_t> rows;
  for (std::size_t from = 0, to = 0; from < order.size(); from = to) {
    const std::size_t number = file_number(samples[order[from]]);
    rows.clear();
    for (to = from; to < order.size() && file_number(samples[order[to]]) == number; ++to)
      rows.push_back(samples[order[to]] - begin_[number]);
    visit(files_[number], rows, std::span<const std::size_t>(order).subspan(from, to - from));
  }
}

template <typename RowsOf>
void DatasetFiles::visit_rows(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit,
                              RowsOf rows_of) const {
  by_file(samples, [&](const DatasetFile& file, std::span<const std::int64_t> rows, std::span<const std::size_t> numbers) {
    const ReadingFile reading(file.path);
    if (numbers.empty()) {
      rows_of(file).read(rows, scratch, visit);
    } else {
      rows_of(file).read(rows, scratch, [&](std::size_t i, const std::byte* row) { visit(numbers[i], row); });
    }
  });
}

void DatasetFiles::visit(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit,
                         std::size_t input) const {
  visit_rows(samples, scratch, visit, [input](const DatasetFile& file) -> const RowReader& { return *file.inputs[input].rows; });
}

void DatasetFiles::visit_masks(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const {
  visit_rows(samples, scratch, visit, [](const DatasetFile& file) -> const RowReader& { return *file.masks->rows; });
}

void DatasetFiles::will_need(std::span<const std::int64_t> samples) const {
  by_file(samples, [](const DatasetFile& file, std::span<const std::int64_t> rows, auto) {
    for (const RowReader* reader : readers_of(file)) reader->will_need(rows);
  });
}

template <typename Visit>
void DatasetFiles::for_each_reader(Visit visit) const {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::vector<RowReader*> readers = readers_of(files_[i]);
    for (std::size_t array = 0; array < readers.size(); ++array) visit(*readers[array], first_chunk_[i][array]);
  }
}

ChunkCache::Geometry DatasetFiles::compressed_chunks() const {
  ChunkCache::Geometry all;
  for_each_reader([&](const RowReader& reader, std::int64_t) {
    const ChunkCache::Geometry chunks = reader.compressed_chunks();
    all.chunks += chunks.chunks;
    all.chunk_bytes = std::max(all.chunk_bytes, chunks.chunk_bytes);
  });
  return all;
}

std::int64_t DatasetFiles::chunk_of(std::int64_t sample) const {
  const std::size_t number = file_number(sample);
  const std::vector<RowReader*> readers = readers_of(files_[number]);
  const auto compressed = std::ranges::find_if(readers, [](const RowReader* reader) { return reader->compressed_chunks().chunks > 0; });
  const std::size_t array = compressed == readers.end() ? 0 : static_cast<std::size_t>(compressed - readers.begin());
  return first_chunk_[number][array] + readers[array]->chunk_of(sample - begin_[number]);
}

void DatasetFiles::keep_chunks_in(const std::shared_ptr<ChunkCache>& cache) {
  for_each_reader([&](RowReader& reader, std::int64_t first_chunk) { reader.keep_chunks_in(cache, first_chunk); });
}

std::vector<std::string> DatasetFiles::slow_reading() const {
  std::vector<std::string> notes;
  for (const DatasetFile& file : files_) {
    const auto add = [&](const std::string& where, const std::string& reason) {
      if (reason.empty()) return;
      notes.push_back(fmt::format(
          "{} goes through the HDF5 library, one sample after the other ({}). `galen import --repack` makes it fast.", where, reason));
    };
    for (const StoredInput& input : file.inputs) add(input.array.where(), input.rows->needs_library());
    if (file.masks) add(file.masks->where, file.masks->rows->needs_library());
  }
  return notes;
}

}  // namespace galen::data
