#include "trainer/samples/loading_resources.h"

#include "data/sampling/windows.h"
#include "galen/room.h"

#include <ATen/ops/full.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>
#include <thread>
#include <utility>

namespace galen::trainer {

namespace {

// The same on all ranks, as they agree on the size of what they share.
std::int64_t memory_of_a_node(const data::LoadingOptions& options, comm::Communicator& world) {
  if (options.memory > 0) return static_cast<std::int64_t>(std::min(options.memory * (1 << 20), 1e18));
  at::Tensor bytes = at::full({1}, available_memory() / 4, at::kLong);
  world.all_reduce(bytes, comm::Reduction::kMin);
  return bytes.item<std::int64_t>();
}

}  // namespace

std::int64_t evaluation_batch(std::int64_t requested, std::int64_t batch, std::int64_t lanes) {
  return requested > 0 ? requested : (batch + lanes - 1) / lanes;
}

int loading_threads(const data::LoadingOptions& options, const comm::Communicator& world) {
  if (options.threads > 0) return options.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / (4 * world.node_size()));
}

void keep_decompressed(data::Dataset& dataset, const data::LoadingOptions& options, const data::Chunks* windows, int lanes,
                       comm::Communicator& world) {
  const data::ChunkCache::Geometry geometry = dataset.compressed_chunks();
  if (geometry.chunks == 0) return;
  const std::int64_t memory = memory_of_a_node(options, world);
  std::int64_t kept = data::chunks_to_keep(dataset, windows, lanes, memory);
  std::shared_ptr<std::byte> shared = world.share_memory(data::ChunkCache::memory_size(geometry, kept));
  if (!shared) {
    kept = data::chunks_to_keep(dataset, windows, lanes, memory / world.node_size());
    shared = {static_cast<std::byte*>(std::calloc(static_cast<std::size_t>(data::ChunkCache::memory_size(geometry, kept)), 1)), std::free};
    if (!shared) throw std::bad_alloc();
  }
  dataset.keep_chunks_in(std::make_shared<data::ChunkCache>(std::move(shared), geometry, kept));
}

}  // namespace galen::trainer
