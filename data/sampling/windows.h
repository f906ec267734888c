#pragma once

#include "data/files/dataset.h"
#include "data/sampling/order.h"
#include "data/sampling/shuffle.h"

#include <cstdint>
#include <memory>
#include <span>

namespace galen::data {

/// The windows that shuffle `members` (ascending) in `lanes` lanes; none where the order is exact. Together the lanes mix about 256 MiB of
/// decompressed chunks at a time, at least four chunks each.
std::shared_ptr<const Chunks> plan_windows(const Dataset& dataset, std::span<const std::int64_t> members, Shuffle order, int lanes);

/// How many decompressed chunks to keep on a node with `memory` bytes for them: all if they fit, but never fewer than the windows need. 0:
/// nothing is compressed.
std::int64_t chunks_to_keep(const Dataset& dataset, const Chunks* windows, int lanes, std::int64_t memory);

}  // namespace galen::data
