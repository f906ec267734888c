#pragma once

#include "launch/options/configuration.h"
#include "launch/options/option.h"
#include "trainer/evaluation/report.h"
#include "trainer/predictor/dataset_prediction.h"

#include <string>
#include <vector>

namespace galen::launch {

/// The common options of `galen evaluate` and `galen predict`: a checkpoint, and the data to apply it to.
std::vector<Option> prediction_options(trainer::DatasetPredictionOptions& prediction);

/// Reads the command line into `configuration`, whose options are those of `prediction` and `intervals`. Options not given are as in the
/// checkpoint's run: data set, split, intervals. A run's folder stands for its best checkpoint.
void read_prediction(Configuration& configuration, const CommandLine& line, trainer::DatasetPredictionOptions& prediction,
                     trainer::IntervalOptions& intervals);

/// Prints the device, and notes on how the data was read.
void tell_notes(const trainer::DatasetPrediction& prediction);

}  // namespace galen::launch
