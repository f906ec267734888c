#include "data/preparation/value_statistics.h"

#include "data/files/channel_moments.h"
#include "data/files/sample_blocks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace galen::data {

namespace {

constexpr std::int64_t kValues = std::int64_t{1} << 22;
constexpr std::int64_t kFewest = 8;
constexpr std::int64_t kMost = 1024;
constexpr std::int64_t kMostFeatures = 4096;  // manifests stay small
constexpr double kScale = 3;
constexpr double kDeviations = 4;
constexpr std::size_t kShown = 3;

std::vector<std::int64_t> evenly_spaced(std::span<const std::int64_t> samples, std::int64_t count) {
  std::vector<std::int64_t> chosen;
  const auto size = static_cast<std::int64_t>(samples.size());
  for (std::int64_t i = 0; i < std::min(count, size); ++i) {
    chosen.push_back(samples[static_cast<std::size_t>(i * size / std::min(count, size))]);
  }
  return chosen;
}

// Infinite values become missing ones, which moments pass over.
void add_ranges(const at::Tensor& block, ValueStatistics& statistics) {
  const std::int64_t channels = block.size(1);
  const std::int64_t inner = block.numel() / (block.size(0) * channels);
  auto* value = block.mutable_data_ptr<float>();
  for (std::int64_t row = 0; row < block.size(0) * channels; ++row) {
    const auto channel = static_cast<std::size_t>(row % channels);
    double& low = statistics.minimum[channel];
    double& high = statistics.maximum[channel];
    for (std::int64_t i = 0; i < inner; ++i, ++value) {
      if (!std::isfinite(*value)) {
        *value = std::numeric_limits<float>::quiet_NaN();
        continue;
      }
      low = std::min<double>(low, *value);
      high = std::max<double>(high, *value);
    }
  }
}

// How far the scale of channel c has gone, as a factor or in deviations: 0 where it is the trained one.
double distance(const ValueStatistics& trained, const ValueStatistics& found, std::size_t c) {
  const double width = trained.maximum[c] - trained.minimum[c];
  const double deviation = trained.deviation[c];
  if (deviation <= 0 || !(found.minimum[c] <= found.maximum[c])) return 0;
  const bool outgrows = found.maximum[c] > trained.maximum[c] + width || found.minimum[c] < trained.minimum[c] - width;
  const double factor = found.deviation[c] / deviation;
  if (outgrows && factor > kScale) return factor;
  const bool shrinks = found.samples >= kFewest && found.deviation[c] > 0 && factor * kScale < 1 &&
                       std::abs(found.mean[c]) * kScale < std::abs(trained.mean[c]);
  if (shrinks) return 1 / factor;
  const double apart = std::abs(found.mean[c] - trained.mean[c]) / std::max(deviation, found.deviation[c]);
  const bool outside = found.mean[c] < trained.minimum[c] || found.mean[c] > trained.maximum[c];
  return outside && apart > kDeviations ? apart : 0;
}

std::string describe(const ValueStatistics& statistics, std::size_t c) {
  return fmt::format("mean {:.4g}, {:.4g} to {:.4g}", statistics.mean[c], statistics.minimum[c], statistics.maximum[c]);
}

}  // namespace

ValueStatistics full_statistics(const Dataset& dataset, std::span<const std::int64_t> samples) {
  ValueStatistics statistics;
  if (dataset.vocabulary() || samples.empty()) return statistics;
  const std::int64_t channels = dataset.input_shape().front();
  statistics.minimum.assign(static_cast<std::size_t>(channels), std::numeric_limits<double>::infinity());
  statistics.maximum.assign(static_cast<std::size_t>(channels), -std::numeric_limits<double>::infinity());
  MomentsOfBlocks measured(channels);
  for_each_block(dataset, samples, [&](std::span<const std::int64_t>, const at::Tensor& block) {
    add_ranges(block, statistics);
    measured.add(block);
  });
  Moments moments = measured.moments();
  statistics.mean = std::move(moments.mean);
  statistics.deviation = std::move(moments.deviation);
  for (std::size_t c = 0; c < statistics.mean.size(); ++c) {
    if (statistics.minimum[c] > statistics.maximum[c]) statistics.minimum[c] = statistics.maximum[c] = 0;  // all are missing
  }
  statistics.samples = static_cast<std::int64_t>(samples.size());
  return statistics;
}

ValueStatistics sampled_statistics(const Dataset& dataset, std::span<const std::int64_t> samples) {
  const std::vector<std::int64_t>& shape = dataset.input_shape();
  if (dataset.vocabulary() || shape.front() > kMostFeatures) return {};
  const std::int64_t elements = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  return full_statistics(dataset, evenly_spaced(samples, std::clamp(kValues / elements, kFewest, kMost)));
}

std::string scale_difference(const ValueStatistics& trained, const ValueStatistics& found, const Dataset& dataset) {
  if (trained.empty() || found.empty() || trained.mean.size() != found.mean.size()) return {};
  std::vector<std::pair<double, std::size_t>> different;
  for (std::size_t c = 0; c < trained.mean.size(); ++c) {
    if (const double far = distance(trained, found, c); far > 0) different.emplace_back(far, c);
  }
  if (different.empty()) return {};
  std::stable_sort(different.begin(), different.end(), [](const auto& a, const auto& b) { return a.first > b.first; });

  const std::vector<std::string>& names = dataset.feature_names();
  const char* what = dataset.input_shape().size() == 1 ? "feature" : "channel";
  std::vector<std::string> worst;
  for (std::size_t i = 0; i < std::min(different.size(), kShown); ++i) {
    const std::size_t c = different[i].second;
    worst.push_back(fmt::format("{} {} ({}; in training {})", what, names.empty() ? std::to_string(c) : fmt::format("'{}'", names[c]),
                                describe(found, c), describe(trained, c)));
  }
  const std::string rest = different.size() > kShown ? fmt::format(", and {} more", different.size() - kShown) : "";
  return fmt::format(
      "{}: values are of another scale than those that the model was trained on: {}{}. Are the units, or the scaling, others?",
      dataset.file(), fmt::join(worst, "; "), rest);
}

}  // namespace galen::data
