#include "data/preparation/scaling_notes.h"

#include "data/transforms/transforms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace galen::data {

namespace {

constexpr double kLittle = 0.25;  // of a type's range
constexpr double kFarFromUnit = 16;
constexpr char kAdvice[] = "data.scaling = standardize fits the values.";

// A window or standardize in data.prepare leaves a range of its own.
bool range_matters(const TransformOptions& options, const std::vector<std::int64_t>& shape) {
  const ValueRange one = Transforms(options, shape, {0, 1}).output_range();
  const ValueRange other = Transforms(options, shape, {-3, 9}).output_range();
  return one.low != other.low || one.high != other.high;
}

}  // namespace

std::vector<std::string> scaling_notes(const PreparationOptions& options, const Dataset& dataset, const Scaling& scaling,
                                       const ValueStatistics& training) {
  if (options.scaling != ScalingMethod::kUnit || training.empty() || !range_matters(options.transforms, dataset.input_shape())) return {};
  const double low = *std::min_element(training.minimum.begin(), training.minimum.end());
  const double high = *std::max_element(training.maximum.begin(), training.maximum.end());
  const std::string where = fmt::format("{}: {}", dataset.file(), dataset.input_name());
  if (is_of_wide_type(dataset)) {
    const bool table = dataset.input_shape().size() == 1;
    return {fmt::format(
        "{} holds integers of more than 16 bits, so data.scaling = unit maps the range of {}, and not the type's, to 0 … 1.", where,
        table ? "each feature in the training split"
              : fmt::format("the training split, {:g} to {:g}", scaling.mean.front(),
                            static_cast<double>(scaling.mean.front()) + scaling.deviation.front()))};
  }
  const std::string values = fmt::format("{:g} to {:g} in {} samples of the training split", low, high, training.samples);
  if (at::isFloatingType(dataset.input_type())) {
    if (std::max(std::abs(low), std::abs(high)) <= kFarFromUnit) return {};
    return {fmt::format("{} holds floating-point values, which data.scaling = unit leaves as they are: {}. {}", where, values, kAdvice)};
  }
  const double width = dataset.input_maximum() - dataset.input_minimum();
  if (high <= low || width <= 1 || high - low > kLittle * width) return {};
  return {fmt::format("{} holds values of {}, but data.scaling = unit maps {:g} to {:g}, what its type can hold, to 0 … 1. {}", where,
                      values, dataset.input_minimum(), dataset.input_maximum(), kAdvice)};
}

}  // namespace galen::data
