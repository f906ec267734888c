#include "data/import/import_split.h"

#include "galen/error.h"

#include <algorithm>

namespace galen::data {
namespace {

template <typename Value>
std::vector<Value> pick(const std::vector<Value>& values, const std::vector<std::int64_t>& which) {
  std::vector<Value> picked;
  if (values.empty()) return picked;
  picked.reserve(which.size());
  for (const std::int64_t i : which) picked.push_back(values[i]);
  return picked;
}

/// As split_of() has them, so that a split drawn later with the same seed is the same.
std::vector<std::int64_t> group_keys(const Source& source) {
  const std::vector<std::string>& ids = source.group_ids.empty() ? source.sample_ids : source.group_ids;
  std::vector<std::int64_t> keys(source.description.size);
  for (std::size_t i = 0; i < keys.size(); ++i) keys[i] = group_key(ids.empty() ? std::to_string(i) : ids[i]);
  return keys;
}

/// Moves some of the training samples to validation, whole patients at a time.
void draw_validation(std::vector<Subset>& split, const std::vector<std::int64_t>& groups, const std::vector<std::int64_t>& strata,
                     SplitOptions options) {
  const double share = options.fractions[0] + options.fractions[1];
  options.fractions = {options.fractions[0] / share, options.fractions[1] / share, 0.0};
  const std::vector<std::int64_t> training = members(split, Subset::kTrain);
  const std::vector<Subset> drawn = draw_split(pick(groups, training), pick(strata, training), options);
  for (std::size_t i = 0; i < training.size(); ++i) split[training[i]] = drawn[i];
}

}  // namespace

std::vector<Subset> import_split(const Source& source, const SplitOptions& options, std::string& origin) {
  const std::vector<std::int64_t> groups = group_keys(source);
  std::vector<std::int64_t> strata;
  if (source.targets.defined() && source.targets.dim() == 1) {
    const auto* classes = source.targets.data_ptr<std::int64_t>();
    strata.assign(classes, classes + source.targets.numel());
  }
  const auto& [train, validation, test] = options.fractions;

  if (options.source == SplitSource::kDrawn || (options.source == SplitSource::kAuto && source.split.empty())) {
    origin = fmt::format("drawn {}/{}/{} with seed {}{}", train, validation, test, options.seed,
                         source.group_ids.empty() ? "" : ", whole patients");
    return draw_split(groups, strata, options);
  }
  if (source.split.empty()) throw UsageError("the source has no split of its own; pass --split drawn.");

  origin = kOwnSplit;
  std::vector<Subset> split = source.split;
  const auto lacks = [&](Subset subset) { return std::find(split.begin(), split.end(), subset) == split.end(); };
  if (validation > 0 && lacks(Subset::kValidation) && !lacks(Subset::kTrain) && !lacks(Subset::kTest)) {
    draw_validation(split, groups, strata, options);
    origin += fmt::format(", its training samples shared {}/{} with validation with seed {}", train, validation, options.seed);
  }
  return split;
}

}  // namespace galen::data
