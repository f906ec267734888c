#pragma once

#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/rating.h"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace galen::trainer {

/// The first `count` of `newest_first`; at least one.
std::set<std::int64_t> newest(const std::vector<std::int64_t>& newest_first, int count);

/// The steps with a readable rating, and that rating.
std::vector<std::pair<std::int64_t, Rating>> rated(const std::vector<std::int64_t>& newest_first,
                                                   const std::function<std::string(std::int64_t)>& folder_of, const CheckpointKey* key);

/// The `count` best steps; of equal values those with the lower loss, then the oldest. RUN/best links to the first. The newest rating
/// decides whether larger values are better.
std::set<std::int64_t> best_rated(std::vector<std::pair<std::int64_t, Rating>> ratings, int count);

/// Removes what killed writers left in the checkpoint folders under `parent`: temporary files, and folders without a manifest that are
/// older than step `newest_whole` or unchanged for an hour, except those in `kept`. Returns the folders removed.
std::vector<std::string> remove_unfinished(const std::string& parent, std::int64_t newest_whole, const std::set<std::int64_t>& kept);

}  // namespace galen::trainer
