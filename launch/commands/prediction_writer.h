#pragma once

#include "trainer/predictor/dataset_prediction.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

namespace galen::launch {

/// Some rows of a file of predictions.
struct PredictionRows {
  at::Tensor index;   ///< [n] i64, indices in the data set
  at::Tensor scores;  ///< [n, scores] f32 or f64, as returned by Task::scores()
  at::Tensor labels;  ///< [n] i64 if classes are exclusive, else [n, labels] f32; undefined if unknown
};

/// Writes rows in the order of calls. The file gets its name when it is whole.
class PredictionWriter {
 public:
  virtual ~PredictionWriter() = default;

  virtual void append(const PredictionRows& rows) = 0;

  /// Completes the file. Returns the SHA-256 of its contents, as 64 hex digits.
  virtual std::string publish() = 0;
};

/// `prediction` outlives the writer, and gives the names of samples and scores.
std::unique_ptr<PredictionWriter> write_csv(const std::string& file, const trainer::DatasetPrediction& prediction);
std::unique_ptr<PredictionWriter> write_hdf5(const std::string& file, const trainer::DatasetPrediction& prediction);

}  // namespace galen::launch
