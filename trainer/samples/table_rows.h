#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/preparation/preparation.h"
#include "data/sampling/patient_lanes.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

/// This worker's rows of a table's training split, in memory, in f64: those of its lanes, ordered by (patient, sample).
struct TableRows {
  std::int64_t columns = 0;
  std::vector<double> values = {};             ///< [n, columns], row by row
  std::int64_t target_columns = 1;             ///< 1 for classes
  std::vector<double> targets = {};            ///< [n, target_columns]: index of a class, values, or labels of 0, 1 and NaN
  std::vector<double> weights = {};            ///< [n]: weight of each row in the loss; empty: all 1
  std::vector<std::int64_t> samples = {};      ///< [n]: indices in the data set
  std::vector<std::int64_t> patients = {};     ///< [n]: indices in the data set; rows of one patient are consecutive, and in one lane
  std::vector<std::int64_t> lane_begins = {};  ///< first row of each of this worker's lanes, then n
  std::int64_t lanes = 1;                      ///< of all workers: rank r of W has lane_range({0, lanes}, r, W)

  std::int64_t size() const { return lane_begins.empty() ? 0 : lane_begins.back(); }
};

/// What a learner requires of a table.
struct TableDemands {
  std::int64_t lanes = data::kUsualLanes;
  bool takes_missing = false;              ///< models::Model::takes_missing_values(): NaN stays if data.impute does not fill it
  std::vector<double> class_weights = {};  ///< of each class; empty: all 1
  bool scaled = true;                      ///< false: rows are filled, and stay in the units of the file
  int threads = 1;                         ///< of this worker
};

/// A training split, ready for a learner that works in f64.
struct Table {
  TableRows rows;                         ///< prepared, as far as it was asked for
  data::TablePreparation preparation;     ///< for Preparation::table, the same on every rank
  std::vector<std::string> column_names;  ///< of rows.columns
};

/// Reads this worker's rows of `training`, fits `options` on the rows of all workers, and prepares them. Nothing is read twice, and no
/// worker reads another's rows. Scaling and imputation are those of fit_preparation(), in f64: mean and deviation of the values that are
/// not missing, summed along the lane tree, so that they have the same bits for any number of workers; extrema, medians and most frequent
/// values are exact. Throws galen::UsageError for samples that are not a table, for texts and data.prepare, and galen::Error that names
/// sample and feature for infinite values, and for missing values that are neither imputed nor allowed. Collective.
Table load_table(const data::Dataset& dataset, std::span<const std::int64_t> training, const data::PreparationOptions& options,
                 const TableDemands& demands, comm::Communicator& workers);

}  // namespace galen::trainer
