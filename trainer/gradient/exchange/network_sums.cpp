#include "trainer/gradient/exchange/network_sums.h"

#include "galen/error.h"
#include "trainer/gradient/arena/vector_kernels.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace galen::trainer {

namespace {

constexpr std::int64_t kPart = 1 << 22;  // elements per message: enough to use a network's bandwidth, small enough to hold twice

at::Tensor as_tensor(std::vector<float>& values) {
  return at::from_blob(values.data(), {static_cast<std::int64_t>(values.size())}, at::kFloat);
}

at::Tensor as_bytes(std::vector<std::uint16_t>& values) {
  return at::from_blob(values.data(), {static_cast<std::int64_t>(2 * values.size())}, at::kByte);
}

std::vector<std::int64_t> in_bytes(std::vector<std::int64_t> counts) {
  for (std::int64_t& count : counts) count *= 2;
  return counts;
}

std::vector<FlatMatrix> matrices_of(const ParameterArena& arena) {
  std::vector<FlatMatrix> matrices;
  for (const ParameterSlice& slice : arena.slices()) {
    if (slice.end > slice.begin) matrices.push_back({slice.begin, slice.rows, (slice.end - slice.begin) / slice.rows});
  }
  return matrices;
}

}  // namespace

NetworkSums::NetworkSums(const CommOptions& options, const ParameterArena& arena, NodeSums& node_sums, comm::Communicator& peers,
                         const std::vector<Range>& node_lanes, std::vector<Range> slices)
    : node_sums_(node_sums),
      peers_(peers),
      slices_(std::move(slices)),
      fold_(subtrees(node_lanes, node_lanes.back().end), node_lanes.back().end),
      power_sgd_(slices_.size()) {
  const std::int64_t lanes = node_lanes.back().end;
  for (const Range& theirs : node_lanes) sums_of_node_.push_back(static_cast<std::int64_t>(subtrees(theirs, lanes).size()));
  std::int64_t elements = 0;
  for (const Range& slice : slices_) {
    places_.push_back(elements);
    elements += slice.size();
  }
  if (options.compression == Compression::kBf16) {
    partial_sums_codec_.emplace(static_cast<std::size_t>(elements * sums_of_node_[peers.rank()]));
    sums_codec_.emplace(static_cast<std::size_t>(elements));
  } else if (options.compression == Compression::kPowerSgd) {
    const std::vector<FlatMatrix> parameters = matrices_of(arena);
    for (std::size_t s = 0; s < slices_.size(); ++s) {
      const std::vector<FlatMatrix> parts = compressible_parts(parameters, slices_[s], options.powersgd_rank);
      if (!parts.empty()) power_sgd_[s].emplace(slices_[s].size(), parts, options.powersgd_rank, /*seed=*/s, peers);
    }
  }
}

void NetworkSums::sum(std::size_t s, float* sums) {
  const Range slice = slices_[s];
  if (power_sgd_[s]) {
    add_partial_sums(slice, sums);
    power_sgd_[s]->sum(sums);
    return;
  }
  for (std::int64_t begin = slice.begin; begin < slice.end; begin += kPart) {
    sum_part({begin, std::min(begin + kPart, slice.end)}, places_[s] + (begin - slice.begin), sums + (begin - slice.begin));
  }
}

// In a separate block, because `sums` may be the memory of one of the partial sums.
void NetworkSums::add_partial_sums(Range slice, float* sums) {
  mine_.resize(LaneFold::kBlock);
  for_each_block(slice, [&](std::int64_t begin, std::int64_t size) {
    const auto partial_sums = node_sums_(begin, size);
    std::copy_n(partial_sums.front(), size, mine_.data());
    for (const float* partial_sum : partial_sums.subspan(1)) vector_kernels().add(mine_.data(), mine_.data(), partial_sum, size);
    std::copy_n(mine_.data(), size, sums + (begin - slice.begin));
  });
}

void NetworkSums::sum_part(Range part, std::int64_t place, float* sums) {
  const int me = peers_.rank();
  const Range mine = lane_range(part, me, peers_.size());
  std::vector<std::int64_t> send, receive, gathered;
  for (int n = 0; n < peers_.size(); ++n) {
    gathered.push_back(lane_range(part, n, peers_.size()).size());
    send.push_back(gathered.back() * sums_of_node_[me]);
    receive.push_back(mine.size() * sums_of_node_[n]);
  }

  collect_outgoing(part);
  incoming_.resize(static_cast<std::size_t>(std::accumulate(receive.begin(), receive.end(), std::int64_t{0})));
  all_to_all(place, std::move(send), std::move(receive));
  mine_.resize(static_cast<std::size_t>(mine.size()));
  fold_incoming(mine.size(), mine_.data());
  all_gather(part, place, std::move(gathered), sums);
}

void NetworkSums::all_to_all(std::int64_t place, std::vector<std::int64_t> send, std::vector<std::int64_t> receive) {
  if (!partial_sums_codec_) {
    at::Tensor incoming = as_tensor(incoming_);
    peers_.all_to_all(as_tensor(outgoing_), send, incoming, receive);
    return;
  }
  sent_.resize(outgoing_.size());
  received_.resize(incoming_.size());
  const auto begin = static_cast<std::size_t>(place * sums_of_node_[peers_.rank()]);
  partial_sums_codec_->encode(outgoing_, begin, sent_);
  at::Tensor incoming = as_bytes(received_);
  peers_.all_to_all(as_bytes(sent_), in_bytes(std::move(send)), incoming, in_bytes(std::move(receive)));
  Bfloat16Codec::decode(received_, incoming_);
}

// All ranks use the rounded sums, including the rank that computed them, so that all nodes have the same ones.
void NetworkSums::all_gather(Range part, std::int64_t place, std::vector<std::int64_t> counts, float* sums) {
  if (!sums_codec_) {
    at::Tensor all = at::from_blob(sums, {part.size()}, at::kFloat);
    peers_.all_gather(as_tensor(mine_), all, counts);
    return;
  }
  sent_.resize(mine_.size());
  received_.resize(static_cast<std::size_t>(part.size()));
  const auto begin = static_cast<std::size_t>(place + lane_range(part, peers_.rank(), peers_.size()).begin - part.begin);
  sums_codec_->encode(mine_, begin, sent_);
  at::Tensor all = as_bytes(received_);
  peers_.all_gather(as_bytes(sent_), all, in_bytes(std::move(counts)));
  Bfloat16Codec::decode(received_, {sums, received_.size()});
}

// Ordered by destination node; for each node, partial sum by partial sum.
void NetworkSums::collect_outgoing(Range part) {
  const std::int64_t partial_sums = sums_of_node_[peers_.rank()];
  outgoing_.resize(static_cast<std::size_t>(part.size() * partial_sums));
  float* run = outgoing_.data();
  for (int n = 0; n < peers_.size(); ++n) {
    const Range theirs = lane_range(part, n, peers_.size());
    for_each_block(theirs, [&](std::int64_t begin, std::int64_t size) {
      const auto sums = node_sums_(begin, size);
      for (std::size_t p = 0; p < sums.size(); ++p) {
        std::copy_n(sums[p], size, run + static_cast<std::int64_t>(p) * theirs.size() + (begin - theirs.begin));
      }
    });
    run += theirs.size() * partial_sums;
  }
}

void NetworkSums::fold_incoming(std::int64_t size, float* sums) {
  std::vector<const float*> inputs(fold_.inputs());
  for_each_block({0, size}, [&](std::int64_t begin, std::int64_t count) {
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = incoming_.data() + static_cast<std::int64_t>(i) * size + begin;
    std::copy_n(fold_(inputs, count).front(), count, sums + begin);
  });
}

}  // namespace galen::trainer
