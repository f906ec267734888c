#pragma once

#include "comm/communicator.h"
#include "launch/commands/prediction_writer.h"
#include "trainer/predictor/saved_model.h"

#include <memory>
#include <string>
#include <vector>

namespace galen::launch {

/// Throws galen::UsageError where `file` is named neither .csv nor .h5 or .hdf5, or where it exists and `overwrite` is not set. A device or
/// a FIFO may have any name: CSV is written into it.
void check_predictions_file(const std::string& file, bool overwrite);

/// A file with one row a sample: its id, its patient, the probabilities (binary: of the second class; else of each class or label) or
/// values, the predicted class where classes exclude each other, and the label where it is known. Rank 0 writes rows as they come; other
/// ranks keep theirs until it asks for them, in the order of ranks. So the bytes are the same on any number of ranks, and no rank holds the
/// rows of another.
///
/// CSV: columns sample_id, patient, probability_NAME … or value_NAME …, predicted, label (classes by name; several labels or values:
/// label_NAME …). HDF5: datasets of the same names, /probability or /value [N, K] f32 (f64 of models that compute so) with the attribute
/// `names`, /predicted [N] i64 and /label ([N] i64, or [N, K] f32) with the attribute `class_names`. The file is either whole or not there.
class PredictionsFile {
 public:
  PredictionsFile(std::string file, comm::Communicator& world) : file_(std::move(file)), world_(world) {}

  /// A visitor of trainer::apply().
  void add(const trainer::Application& application, const trainer::PredictedBatch& batch);

  /// When all batches have come. Returns, on rank 0, the SHA-256 of what was written, as 64 hex digits. Collective.
  std::string finish(const trainer::Application& application);

 private:
  PredictionWriter& writer(const trainer::Application& application);

  std::string file_;
  comm::Communicator& world_;
  std::unique_ptr<PredictionWriter> writer_;  // of rank 0
  std::vector<PredictionRows> kept_;          // of other ranks
};

}  // namespace galen::launch
