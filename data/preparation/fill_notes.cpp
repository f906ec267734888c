#include "data/preparation/fill_notes.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace galen::data {

std::vector<std::string> fill_notes(const TransformOptions& options, const Dataset& dataset, const ValueStatistics& training) {
  if (training.empty() || dataset.input_shape().size() < 3) return {};
  const double low = *std::min_element(training.minimum.begin(), training.minimum.end());
  if (!(low < 0)) return {};
  std::vector<std::string> notes;
  const Transforms transforms(options, dataset.input_shape());
  for (const std::string& call : transforms.zero_fills()) {
    notes.push_back(
        fmt::format("{}: what lies outside of a sample becomes 0, but the values reach down to {:g} (in HU, 0 is water). Say what stands "
                    "there: fill=NUMBER in these units, fill=min, fill=edge, or fill=0.",
                    call, low));
  }
  return notes;
}

std::vector<std::string> fill_notes(const TransformOptions& options, const Dataset& dataset) {
  if (Transforms(options, dataset.input_shape()).zero_fills().empty()) return {};
  std::vector<std::int64_t> all(static_cast<std::size_t>(dataset.size()));
  std::iota(all.begin(), all.end(), 0);
  return fill_notes(options, dataset, sampled_statistics(dataset, all));
}

}  // namespace galen::data
