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

/// The steps that have a rating that can be read, and it.
std::vector<std::pair<std::int64_t, Rating>> rated(const std::vector<std::int64_t>& newest_first,
                                                   const std::function<std::string(std::int64_t)>& folder_of, const CheckpointKey* key);

/// The `count` best; of equals that with the lower loss, then the oldest: what RUN/best is linked to. The newest rating says whether larger
/// is better.
std::set<std::int64_t> best_rated(std::vector<std::pair<std::int64_t, Rating>> ratings, int count);

/// Removes what writers that were killed left in the folders of checkpoints under `parent`: their temporary files, and folders without a
/// manifest that are older than step `newest_whole`, or have not been touched for an hour. Not those `kept`. Returns the folders removed.
std::vector<std::string> remove_unfinished(const std::string& parent, std::int64_t newest_whole, const std::set<std::int64_t>& kept);

}  // namespace galen::trainer
