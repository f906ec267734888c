#pragma once

#include "data/files/dataset.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// What values are like, channel by channel or feature by feature, as they are stored: neither transformed nor scaled. Part of a saved
/// model, so that new data of another scale is noticed.
struct ValueStatistics {
  std::vector<double> mean = {};
  std::vector<double> deviation = {};
  std::vector<double> minimum = {};
  std::vector<double> maximum = {};
  std::int64_t samples = 0;  ///< that were looked at

  bool empty() const { return mean.empty(); }
};

/// Of at most 1024 of `samples` and about 4 million values (but 8 samples), evenly spaced among them: a fraction of a second, whatever the
/// size of the data set. Missing and infinite values are left out. Texts, and tables of more than 4096 features, have none.
ValueStatistics sampled_statistics(const Dataset& dataset, std::span<const std::int64_t> samples);

/// Of all of `samples`: a pass over them.
ValueStatistics full_statistics(const Dataset& dataset, std::span<const std::int64_t> samples);

/// A sentence on the channels or features (the worst few by name) of `found`, of `dataset`, whose scale is another than in `trained`; empty
/// where none is. One is if
/// - its deviation is more than 3 times as large, and its values leave the trained range by more than that range's width, or
/// - both its deviation (of 8 samples or more) and the amount of its mean are less than a third, or
/// - its mean lies outside of the trained range, more than 4 deviations (of either) from the trained mean.
/// So units (mg/dl, mmol/l), u8 beside floats of 0 to 1, 12 beside 16 bits and HU beside scaled values are found; a patient out of the
/// ordinary, and a feature that is constant on either side, are not.
std::string scale_difference(const ValueStatistics& trained, const ValueStatistics& found, const Dataset& dataset);

}  // namespace galen::data
