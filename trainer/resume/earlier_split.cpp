#include "trainer/resume/earlier_split.h"

#include "data/sampling/split.h"
#include "galen/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

namespace galen::trainer {

namespace {

std::string setting(const Manifest& saved, const std::string& key, const std::string& otherwise) {
  const auto found = saved.settings.find(key);
  return found == saved.settings.end() ? otherwise : found->second;
}

}  // namespace

std::optional<std::vector<std::int64_t>> training_samples_of(const Manifest& saved, const data::Dataset& dataset) try {
  data::DatasetOptions as_it_was = dataset.options();
  as_it_was.split = setting(saved, "data.split", as_it_was.split);
  as_it_was.patient = setting(saved, "data.patient", as_it_was.patient);
  const bool same = as_it_was.split == dataset.options().split && as_it_was.patient == dataset.options().patient;
  const auto reopened = same ? nullptr : std::make_unique<data::Dataset>(as_it_was);
  const std::vector<data::Subset> split = data::split_of(same ? dataset : *reopened, saved.split);
  std::vector<std::int64_t> training = data::members(split, data::Subset::kTrain);
  if (digest_of(training) != saved.subsets.training) return std::nullopt;
  return training;
} catch (const Error&) {
  return std::nullopt;  // the file does not have this split any more
}

std::optional<std::string> leak(const Manifest& saved, const data::Dataset& dataset, std::span<const std::int64_t> members,
                                const char* subset) {
  const auto training = training_samples_of(saved, dataset);
  if (!training) return std::nullopt;
  std::vector<std::int64_t> shared;
  std::set_intersection(members.begin(), members.end(), training->begin(), training->end(), std::back_inserter(shared));
  if (shared.empty()) return "";
  return fmt::format("{} of {} {} samples were used in training", shared.size(), members.size(), subset);
}

}  // namespace galen::trainer
