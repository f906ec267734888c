#pragma once

#include "data/files/subset.h"
#include "galen/enum_names.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::data {

class Dataset;

/// kStored: what the file says. kDrawn: by fractions and seed. kAuto: stored where the file has it, else drawn.
enum class SplitSource { kAuto, kStored, kDrawn };
constexpr auto enum_names(SplitSource) {
  return std::to_array<EnumName<SplitSource>>(
      {{SplitSource::kAuto, "auto"}, {SplitSource::kStored, "stored"}, {SplitSource::kDrawn, "drawn"}});
}

struct SplitOptions {
  SplitSource source = SplitSource::kAuto;

  /// Shares of train, validation and test.
  std::array<double, 3> fractions = {0.7, 0.1, 0.2};

  std::uint64_t seed = 0;
};

std::vector<Option> describe(SplitOptions& options);

/// What stands for a patient in a drawn split: a number of the id's text alone, the same whatever else is in the file.
std::int64_t group_key(const std::string& group_id);

/// Assigns every sample to a subset; all samples of a group to the same one. A pure function of its arguments (not of their order in
/// memory, of the machine or of the number of workers). Stratified by `strata` (class of each sample; empty: not stratified): each
/// subset gets its share of every class, as nearly as whole groups allow.
std::vector<Subset> draw_split(std::span<const std::int64_t> groups, std::span<const std::int64_t> strata, const SplitOptions& options);

/// The split of a data set as `options` have it; checks that no group is on two sides of a stored one.
std::vector<Subset> split_of(const Dataset& dataset, const SplitOptions& options);

}  // namespace galen::data
