#include "data/sampling/split.h"

#include "data/files/dataset.h"
#include "data/files/sample_metadata.h"
#include "galen/error.h"
#include "galen/splitmix64.h"

#include <c10/util/Exception.h>
#include <xxhash.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace galen::data {

namespace {

constexpr std::size_t kSubsets = 3;
using Counts = std::array<std::int64_t, kSubsets>;

// The samples of a patient: a run of the samples that are sorted by patient.
struct Group {
  std::int64_t id = 0;
  std::uint64_t order = 0;
  std::span<const std::int64_t> samples = {};
};

void check_fractions(const std::array<double, 3>& fractions) {
  const double sum = std::accumulate(fractions.begin(), fractions.end(), 0.0);
  const bool valid = std::all_of(fractions.begin(), fractions.end(), [](double fraction) { return fraction >= 0; });
  if (!valid || std::abs(sum - 1) > 1e-6) {
    throw UsageError("the shares of train, validation and test must be at least 0 and add up to 1; they are {}, {} and {}.", fractions[0],
                     fractions[1], fractions[2]);
  }
}

// Largest remainder; of equal remainders first the subset that is furthest behind its share of the whole.
std::map<std::int64_t, Counts> quotas(const std::map<std::int64_t, std::int64_t>& strata, const std::array<double, 3>& fractions) {
  std::map<std::int64_t, Counts> result;
  Counts granted = {};
  for (const auto& [stratum, size] : strata) {
    Counts& quota = result[stratum];
    std::array<double, kSubsets> remainder;
    std::int64_t left = size;
    for (std::size_t s = 0; s < kSubsets; ++s) {
      const double share = fractions[s] * static_cast<double>(size);
      quota[s] = static_cast<std::int64_t>(std::floor(share + 1e-9));
      remainder[s] = share - static_cast<double>(quota[s]);
      granted[s] += quota[s];
      left -= quota[s];
    }
    for (; left > 0; --left) {
      std::size_t best = 0;
      for (std::size_t s = 1; s < kSubsets; ++s) {
        const double lead = remainder[s] - remainder[best];
        const bool behind = static_cast<double>(granted[s]) * fractions[best] < static_cast<double>(granted[best]) * fractions[s];
        if (lead > 1e-9 || (lead > -1e-9 && behind)) best = s;
      }
      ++quota[best];
      ++granted[best];
      remainder[best] -= 1;
    }
  }
  return result;
}

// Where the group brings the counts nearest to the quotas, in least squares.
std::size_t best_subset(const Group& group, std::span<const std::int64_t> strata, const std::map<std::int64_t, Counts>& remaining) {
  Counts gain = {};
  for (const std::int64_t sample : group.samples) {
    const Counts& open = remaining.at(strata.empty() ? 0 : strata[static_cast<std::size_t>(sample)]);
    for (std::size_t s = 0; s < kSubsets; ++s) gain[s] += open[s];
  }
  return static_cast<std::size_t>(std::max_element(gain.begin(), gain.end()) - gain.begin());
}

// `sorted`: all samples, by group.
std::vector<Group> groups_of(std::span<const std::int64_t> groups, std::span<const std::int64_t> sorted, std::uint64_t seed) {
  std::vector<Group> found;
  const auto id_of = [groups](std::int64_t sample) { return groups[static_cast<std::size_t>(sample)]; };
  for (std::size_t begin = 0, end = 0; begin < sorted.size(); begin = end) {
    const std::int64_t id = id_of(sorted[begin]);
    while (end < sorted.size() && id_of(sorted[end]) == id) ++end;
    found.push_back({id, splitmix64(splitmix64(seed) ^ static_cast<std::uint64_t>(id)), sorted.subspan(begin, end - begin)});
  }
  return found;
}

// Numbers that stand for the patients whatever the order of the samples in the file.
std::vector<std::int64_t> group_keys(const Dataset& dataset) {
  std::vector<std::int64_t> keys(static_cast<std::size_t>(dataset.size()));
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    keys[static_cast<std::size_t>(i)] = group_key(dataset.group_name(i));
  }
  return keys;
}

void check_groups_on_one_side(const Dataset& dataset, std::span<const Subset> split) {
  std::unordered_map<std::int64_t, Subset> sides;
  for (std::int64_t i = 0; i < dataset.size(); ++i) {
    const Subset side = split[static_cast<std::size_t>(i)];
    const auto [found, added] = sides.emplace(dataset.groups()[static_cast<std::size_t>(i)], side);
    if (found->second != side) {
      throw Error(
          "{}: dataset {} has samples of patient {} in {} and in {}, so that results would be too good. Correct the file, or have a "
          "split drawn instead of the stored one.",
          dataset.file(), split_array(dataset.options()), dataset.group_name(i), to_string(found->second), to_string(side));
    }
  }
}

}  // namespace

std::int64_t group_key(const std::string& group_id) { return static_cast<std::int64_t>(XXH3_64bits(group_id.data(), group_id.size())); }

// Greedy, large groups first; groups of one size in an order drawn by the seed. Where every group is one sample, this fills the quotas
// exactly, as some quota is open as long as samples are left.
std::vector<Subset> draw_split(std::span<const std::int64_t> groups, std::span<const std::int64_t> strata, const SplitOptions& options) {
  TORCH_CHECK(strata.empty() || strata.size() == groups.size(), "one stratum a sample");
  check_fractions(options.fractions);

  std::vector<std::int64_t> sorted(groups.size());
  std::iota(sorted.begin(), sorted.end(), 0);
  std::sort(sorted.begin(), sorted.end(), [groups](std::int64_t a, std::int64_t b) {
    return std::pair(groups[static_cast<std::size_t>(a)], a) < std::pair(groups[static_cast<std::size_t>(b)], b);
  });
  std::vector<Group> order = groups_of(groups, sorted, options.seed);
  std::sort(order.begin(), order.end(), [](const Group& a, const Group& b) {
    return std::tuple(b.samples.size(), a.order, a.id) < std::tuple(a.samples.size(), b.order, b.id);
  });

  std::map<std::int64_t, std::int64_t> stratum_sizes;
  for (std::size_t i = 0; i < groups.size(); ++i) ++stratum_sizes[strata.empty() ? 0 : strata[i]];
  std::map<std::int64_t, Counts> remaining = quotas(stratum_sizes, options.fractions);
  std::vector<Subset> split(groups.size());
  for (const Group& group : order) {
    const std::size_t best = best_subset(group, strata, remaining);
    for (const std::int64_t sample : group.samples) {
      const auto at = static_cast<std::size_t>(sample);
      --remaining.at(strata.empty() ? 0 : strata[at])[best];
      split[at] = static_cast<Subset>(best);
    }
  }
  return split;
}

std::vector<Subset> split_of(const Dataset& dataset, const SplitOptions& options) {
  const std::vector<Subset>& stored = dataset.stored_split();
  if (options.source == SplitSource::kStored && stored.empty()) {
    throw Error("{}: dataset {} is missing, so that there is no stored split. Have one drawn.", dataset.file(),
                split_array(dataset.options()));
  }
  if (options.source != SplitSource::kDrawn && !stored.empty()) {
    check_groups_on_one_side(dataset, stored);
    return stored;
  }
  std::span<const std::int64_t> strata;
  if (dataset.target_kind() == TargetKind::kClass) {
    strata = {dataset.targets().const_data_ptr<std::int64_t>(), static_cast<std::size_t>(dataset.size())};
  }
  return draw_split(group_keys(dataset), strata, options);
}

}  // namespace galen::data
