#pragma once

#include "data/files/dataset.h"
#include "data/preparation/value_statistics.h"
#include "data/transforms/transforms.h"

#include <string>
#include <vector>

namespace galen::data {

/// A sentence for each transform that shows places outside of an image or volume as 0, unasked, although values of the training split reach
/// below 0, as Hounsfield units do, of which 0 is water. Of signals 0 is the base line.
std::vector<std::string> fill_notes(const TransformOptions& options, const Dataset& dataset, const ValueStatistics& training);

/// The same where nothing is trained: by all samples.
std::vector<std::string> fill_notes(const TransformOptions& options, const Dataset& dataset);

}  // namespace galen::data
