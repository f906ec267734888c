#pragma once

#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "data/preparation/value_statistics.h"
#include "trainer/samples/data_options.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace galen::trainer {

/// A data set with its split and preparation.
struct PreparedData {
  std::shared_ptr<data::Dataset> dataset;
  std::vector<std::int64_t> training, validation, test;
  std::vector<data::Preparation> preparations;  ///< one for each input
  std::vector<data::ValueStatistics> values;    ///< of the training split, see sampled_statistics(); one for each input
  std::vector<std::string> notes;               ///< for the user, on how the data is read, a sentence each
};

/// Opens the data set, splits it, and outlines the preparations; `values` are not set. Throws galen::Error for missing or unsuitable data.
/// Reads no samples, except those of a table with data.missing_indicator.
PreparedData open_data(const DataOptions& options);

/// Completes the preparations and `values` with passes over the training split, which may take minutes.
void fit_data(const DataOptions& options, PreparedData& data);

/// open_data(), then fit_data().
PreparedData prepare_data(const DataOptions& options);

}  // namespace galen::trainer
