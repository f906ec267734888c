#pragma once

#include "comm/communicator.h"
#include "launch/commands/prediction_writer.h"
#include "trainer/predictor/dataset_prediction.h"

#include <memory>
#include <string>
#include <vector>

namespace galen::launch {

/// Throws galen::UsageError if the name of `file` ends neither in .csv nor in .h5 or .hdf5, or if it exists and `overwrite` is not set. A
/// device or a FIFO may have any name: CSV is written into it.
void check_predictions_file(const std::string& file, bool overwrite);

/// A file with one row for each sample: its id, its patient, the probabilities (binary: of the second class; else of each class or label)
/// or values, the predicted class if classes are exclusive, and the label if it is known. Rank 0 writes rows in order; other ranks keep
/// theirs until rank 0 requests them, in the order of ranks. So the bytes are the same on any number of ranks, and no rank has the rows of
/// another.
///
/// CSV: columns sample_id, patient, probability_NAME … or value_NAME …, predicted, label (classes by name; several labels or values:
/// label_NAME …). HDF5: datasets of the same names, /probability or /value [N, K] f32 (f64 for f64 models) with the attribute `names`,
/// /predicted [N] i64 and /label ([N] i64, or [N, K] f32) with the attribute `class_names`. The file is written atomically.
class PredictionsFile {
 public:
  PredictionsFile(std::string file, comm::Communicator& world) : file_(std::move(file)), world_(world) {}

  /// A visitor of trainer::predict_dataset().
  void add(const trainer::DatasetPrediction& prediction, const trainer::PredictedBatch& batch);

  /// Call after all batches. Returns, on rank 0, the SHA-256 of the file's contents, as 64 hex digits. Collective.
  std::string finish(const trainer::DatasetPrediction& prediction);

 private:
  PredictionWriter& writer(const trainer::DatasetPrediction& prediction);

  std::string file_;
  comm::Communicator& world_;
  std::unique_ptr<PredictionWriter> writer_;  // on rank 0
  std::vector<PredictionRows> kept_;          // on other ranks
};

}  // namespace galen::launch
