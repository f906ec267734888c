#pragma once

#include "comm/communicator.h"
#include "data/files/dataset.h"
#include "data/loading_options.h"
#include "data/sampling/order.h"

namespace galen::trainer {

/// Samples in a forward pass without gradients: `requested`, or if it is 0 a lane's share of `batch`, so that it needs no more memory than
/// one with gradients.
std::int64_t evaluation_batch(std::int64_t requested, std::int64_t batch, std::int64_t lanes);

/// Threads that make batches, for each worker.
int loading_threads(const data::LoadingOptions& options, const comm::Communicator& world);

/// Keeps decompressed chunks in memory shared by the ranks of a node (or in each rank's own, if they cannot share). `windows`: of the
/// training split; may be null. Collective over `world`; does nothing if the samples are not compressed.
void keep_decompressed(data::Dataset& dataset, const data::LoadingOptions& options, const data::Chunks* windows, int lanes,
                       comm::Communicator& world);

}  // namespace galen::trainer
