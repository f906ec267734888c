#pragma once

#include "trainer/predictor/saved_model.h"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

namespace galen::launch {

/// Some rows of a file of predictions.
struct PredictionRows {
  at::Tensor index;   ///< [n] i64, number in the data set
  at::Tensor scores;  ///< [n, scores] f32 or f64, as Task::scores() gives them
  at::Tensor labels;  ///< [n] i64 where classes exclude each other, else [n, labels] f32; undefined where they are not known
};

/// Writes rows as they come. The file has its name when it is whole, or not at all.
class PredictionWriter {
 public:
  virtual ~PredictionWriter() = default;

  virtual void append(const PredictionRows& rows) = 0;

  /// Ends the file. Returns the SHA-256 of what was written, as 64 hex digits.
  virtual std::string publish() = 0;
};

/// `application` outlives the writer, which looks up in it what is known of samples and scores.
std::unique_ptr<PredictionWriter> write_csv(const std::string& file, const trainer::Application& application);
std::unique_ptr<PredictionWriter> write_hdf5(const std::string& file, const trainer::Application& application);

}  // namespace galen::launch
