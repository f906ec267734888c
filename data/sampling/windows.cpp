#include "data/sampling/windows.h"

#include "galen/error.h"

#include <algorithm>
#include <utility>

namespace galen::data {

namespace {

constexpr std::int64_t kExactUpTo = std::int64_t{1} << 30;       // bytes of a decompressed data set
constexpr std::int64_t kMixedAtATime = std::int64_t{256} << 20;  // likewise
constexpr std::int64_t kFewestChunks = 4;                        // that a lane mixes
constexpr std::int64_t kMostChunks = 1024;                       // that all lanes mix

std::int64_t chunks_a_window(const ChunkCache::Geometry& chunks, int lanes) {
  const std::int64_t together = std::clamp<std::int64_t>(kMixedAtATime / chunks.chunk_bytes, 1, kMostChunks);
  return std::max(kFewestChunks, (together + lanes - 1) / lanes);
}

}  // namespace

std::shared_ptr<const Chunks> plan_windows(const Dataset& dataset, std::span<const std::int64_t> members, Shuffle order, int lanes) {
  const ChunkCache::Geometry geometry = dataset.compressed_chunks();
  if (order == Shuffle::kExact || geometry.chunks == 0) return nullptr;

  auto chunks = std::make_shared<Chunks>();
  std::int64_t previous = -1;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::int64_t chunk = dataset.chunk_of(members[i]);
    if (chunk != std::exchange(previous, chunk)) chunks->begin.push_back(static_cast<std::int64_t>(i));
  }
  const auto count = static_cast<std::int64_t>(chunks->begin.size());
  chunks->begin.push_back(static_cast<std::int64_t>(members.size()));

  const bool is_single = count == static_cast<std::int64_t>(members.size());
  if (order == Shuffle::kAuto && (is_single || geometry.bytes() <= kExactUpTo)) return nullptr;
  const std::int64_t samples_a_chunk = (static_cast<std::int64_t>(members.size()) + count - 1) / count;
  chunks->window = samples_a_chunk * chunks_a_window(geometry, lanes);
  return chunks;
}

std::int64_t chunks_to_keep(const Dataset& dataset, const Chunks* windows, int lanes, std::int64_t memory) {
  const ChunkCache::Geometry geometry = dataset.compressed_chunks();
  if (geometry.chunks == 0) return 0;
  // A lane that changes windows needs the new one beside the rest of the old one, and batches are made ahead.
  // Each input, and masks, lie in chunks of their own, about as many of each.
  const auto arrays = static_cast<std::int64_t>(dataset.inputs()) + (dataset.target_kind() == TargetKind::kMask ? 1 : 0);
  const std::int64_t needed = windows != nullptr ? 2 * arrays * lanes * chunks_a_window(geometry, lanes) : 1;
  return std::min(geometry.chunks, std::max(needed, memory / geometry.chunk_bytes));
}

}  // namespace galen::data
