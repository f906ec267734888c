#pragma once

#include "data/files/dataset.h"
#include "data/files/layout.h"
#include "data/hdf5/hdf5.h"
#include "data/reading/row_reader.h"
#include "data/text/vocabulary.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// One array of samples of a file, and what the file says of it.
struct StoredInput {
  hdf5::Array array;
  Layout layout;
  std::unique_ptr<RowReader> rows;
  std::optional<Vocabulary> vocabulary;  ///< of texts
  std::vector<std::string> feature_names;
  std::vector<std::int64_t> lengths;  ///< see Dataset::lengths()
  std::vector<std::uint8_t> present;  ///< see Dataset::present()
};

/// Opens an array that checked_inputs() found. `letters`: of its dimensions, or auto. What is taken for granted is added to `notes`;
/// `has_digests` becomes false where the array has none.
StoredInput open_input(const hdf5::File& file, const hdf5::Array& array, const DatasetOptions& options, const std::string& letters,
                       std::vector<std::string>& notes, bool& has_digests);

/// The arrays that DatasetOptions::input names, else the one that the schema has, each with as many samples as the first. A name with
/// commas that is one array's own stands for that array. One that cannot be samples throws galen::Error.
std::vector<hdf5::Array> checked_inputs(const hdf5::File& file, const DatasetOptions& options);

/// DatasetOptions::layout for each of `inputs` arrays; another number of layouts throws galen::UsageError.
std::vector<std::string> layouts_of(const DatasetOptions& options, std::size_t inputs);

/// Rows of samples, or of masks, that are compared with their digests where DatasetOptions::verify says so.
std::unique_ptr<RowReader> rows_of(const hdf5::File& file, const hdf5::Array& array, const DatasetOptions& options, bool& has_digests);

/// Whether what goes with the samples of `input` is to be compared with its digests, where there are some.
bool is_verified(const DatasetOptions& options, const hdf5::Array& input);

}  // namespace galen::data
