#pragma once

#include "data/files/dataset_file.h"
#include "data/reading/chunk_cache.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// The files of one data set, and where in them each sample lies; see Dataset. Const and safe to share between threads.
class DatasetFiles {
 public:
  /// Opens and checks them, each and against each other.
  explicit DatasetFiles(const DatasetOptions& options);

  std::span<const DatasetFile> all() const { return files_; }
  std::int64_t size() const { return begin_.back(); }  ///< samples
  const DatasetFile& of(std::int64_t sample) const { return files_[file_number(sample)]; }

  /// Calls visit(i, row of samples[i]) once for each i, in any order, for the rows of input number `input`, or of the masks.
  void visit(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit, std::size_t input) const;
  void visit_masks(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit) const;
  void will_need(std::span<const std::int64_t> samples) const;

  /// Chunks are numbered array by array, and file by file within: those of the first input, of the others, of the masks.
  ChunkCache::Geometry compressed_chunks() const;
  std::int64_t chunk_of(std::int64_t sample) const;
  void keep_chunks_in(const std::shared_ptr<ChunkCache>& cache);

  std::vector<std::string> slow_reading() const;  ///< see Dataset

 private:
  template <typename Visit>
  void by_file(std::span<const std::int64_t> samples, Visit visit) const;
  template <typename RowsOf>
  void visit_rows(std::span<const std::int64_t> samples, ReadScratch& scratch, const RowReader::Visit& visit, RowsOf rows_of) const;
  template <typename Visit>
  void for_each_reader(Visit visit) const;
  std::size_t file_number(std::int64_t sample) const;

  std::vector<DatasetFile> files_;
  std::vector<std::int64_t> begin_ = {0};               ///< first sample of each file; then the number of samples
  std::vector<std::vector<std::int64_t>> first_chunk_;  ///< of each array of each file: the inputs', then the masks'
};

}  // namespace galen::data
