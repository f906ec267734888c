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

/// The data set as a run sees it.
struct PreparedData {
  std::shared_ptr<data::Dataset> dataset;
  std::vector<std::int64_t> training, validation, test;
  std::vector<data::Preparation> preparations;  ///< one an input
  std::vector<data::ValueStatistics> values;    ///< of the training split, see sampled_statistics(); one an input
  std::vector<std::string> notes;               ///< what the user has to know of how the data is taken, a sentence each
};

/// Opens the data set, splits it, and outlines the preparations; `values` are not known yet. What is missing or unfit throws galen::Error.
/// No samples are read, but those of a table with data.missing_indicator.
PreparedData open_data(const DataOptions& options);

/// Completes the preparations and `values` with passes over the training split, which may take minutes.
void fit_data(const DataOptions& options, PreparedData& data);

/// Both, one after the other.
PreparedData prepare_data(const DataOptions& options);

}  // namespace galen::trainer
