#pragma once

#include "trainer/predictor/saved_model.h"

#include <string>

namespace galen::launch {

/// Throws galen::UsageError where `file` is named neither .csv nor .h5 or .hdf5, or where it exists and `overwrite` is not set. A device or
/// a FIFO may have any name: CSV is written into it.
void check_predictions_file(const std::string& file, bool overwrite);

/// Writes one row a sample: its id, its patient, the probabilities (binary: of the second class; else of each class or label) or values,
/// the predicted class where classes exclude each other, and the label where it is known.
///
/// CSV: columns sample_id, patient, probability_NAME … or value_NAME …, predicted, label (classes by name; several labels or values:
/// label_NAME …). HDF5: datasets of the same names, /probability or /value [N, K] f32 with the attribute `names`, /predicted [N] i64 and
/// /label ([N] i64, or [N, K] f32) with the attribute `class_names`. The file is either whole or not
/// there. Returns the SHA-256 of what was written, as 64 hex digits.
std::string write_predictions(const std::string& file, const trainer::Application& application);

}  // namespace galen::launch
