#include "data/preparation/value_faults.h"

#include "galen/error.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace galen::data {

void refuse_value(const Dataset& dataset, std::int64_t sample, std::int64_t channel, double value) {
  const std::vector<std::string>& names = dataset.feature_names();
  const bool table = dataset.input_shape().size() == 1;
  throw Error("{}: dataset {}: sample {} ({}) holds {} in {}. {}", dataset.file(), dataset.input_name(), sample,
              dataset.sample_name(sample), value,
              names.empty() ? fmt::format("{} {}", table ? "feature" : "channel", channel)
                            : fmt::format("feature '{}'", names[static_cast<std::size_t>(channel)]),
              table && std::isnan(value) ? "Set data.impute to mean, median or most_frequent, or leave out what is missing."
                                         : "Replace it or leave it out before training.");
}

void refuse_empty_feature(const Dataset& dataset, std::int64_t feature) {
  const std::vector<std::string>& names = dataset.feature_names();
  throw Error(
      "{}: dataset {}: feature {} has no value in the training split, so nothing says what to fill its gaps with. Import the table "
      "without it (--leave-out).",
      dataset.file(), dataset.input_name(),
      names.empty() ? fmt::format("{}", feature) : fmt::format("'{}'", names[static_cast<std::size_t>(feature)]));
}

}  // namespace galen::data
