#include "trainer/gradient/network_sums.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace galen::trainer {

namespace {

constexpr std::int64_t kPart = 1 << 22;  // elements that travel at a time: enough to fill a network, little to hold twice

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

}  // namespace

NetworkSums::NetworkSums(NodeSums& node_sums, comm::Communicator& peers, const std::vector<data::Range>& node_lanes, std::int64_t lanes,
                         data::Range slice, bool bfloat16)
    : node_sums_(node_sums), peers_(peers), slice_(slice), fold_(subtrees(node_lanes, lanes), lanes) {
  for (const data::Range& theirs : node_lanes) sums_of_node_.push_back(static_cast<std::int64_t>(subtrees(theirs, lanes).size()));
  slice_sums_.resize(static_cast<std::size_t>(slice.size()));
  if (bfloat16) {
    partial_sums_codec_.emplace(static_cast<std::size_t>(slice.size() * sums_of_node_[peers.rank()]));
    sums_codec_.emplace(static_cast<std::size_t>(slice.size()));
  }
}

float* NetworkSums::sum() {
  for (std::int64_t begin = slice_.begin; begin < slice_.end; begin += kPart) {
    sum_part({begin, std::min(begin + kPart, slice_.end)}, slice_sums_.data() + (begin - slice_.begin));
  }
  return slice_sums_.data();
}

void NetworkSums::sum_part(data::Range part, float* sums) {
  const int me = peers_.rank();
  const data::Range mine = data::lane_range(part, me, peers_.size());
  std::vector<std::int64_t> send, receive, gathered;
  for (int n = 0; n < peers_.size(); ++n) {
    gathered.push_back(data::lane_range(part, n, peers_.size()).size());
    send.push_back(gathered.back() * sums_of_node_[me]);
    receive.push_back(mine.size() * sums_of_node_[n]);
  }

  collect_outgoing(part);
  incoming_.resize(static_cast<std::size_t>(std::accumulate(receive.begin(), receive.end(), std::int64_t{0})));
  all_to_all(part, std::move(send), std::move(receive));
  mine_.resize(static_cast<std::size_t>(mine.size()));
  fold_incoming(mine.size(), mine_.data());
  all_gather(part, std::move(gathered), sums);
}

void NetworkSums::all_to_all(data::Range part, std::vector<std::int64_t> send, std::vector<std::int64_t> receive) {
  if (!partial_sums_codec_) {
    at::Tensor incoming = as_tensor(incoming_);
    peers_.all_to_all(as_tensor(outgoing_), send, incoming, receive);
    return;
  }
  sent_.resize(outgoing_.size());
  received_.resize(incoming_.size());
  const auto begin = static_cast<std::size_t>((part.begin - slice_.begin) * sums_of_node_[peers_.rank()]);
  partial_sums_codec_->encode(outgoing_, begin, sent_);
  at::Tensor incoming = as_bytes(received_);
  peers_.all_to_all(as_bytes(sent_), in_bytes(std::move(send)), incoming, in_bytes(std::move(receive)));
  Bfloat16Codec::decode(received_, incoming_);
}

// Everyone takes the rounded sums, the rank that made them too, so that all nodes have the same ones.
void NetworkSums::all_gather(data::Range part, std::vector<std::int64_t> counts, float* sums) {
  if (!sums_codec_) {
    at::Tensor all = at::from_blob(sums, {part.size()}, at::kFloat);
    peers_.all_gather(as_tensor(mine_), all, counts);
    return;
  }
  sent_.resize(mine_.size());
  received_.resize(static_cast<std::size_t>(part.size()));
  const auto begin = static_cast<std::size_t>(data::lane_range(part, peers_.rank(), peers_.size()).begin - slice_.begin);
  sums_codec_->encode(mine_, begin, sent_);
  at::Tensor all = as_bytes(received_);
  peers_.all_gather(as_bytes(sent_), all, in_bytes(std::move(counts)));
  Bfloat16Codec::decode(received_, {sums, received_.size()});
}

// Node by node that it is meant for; within a node's run, partial sum by partial sum.
void NetworkSums::collect_outgoing(data::Range part) {
  const std::int64_t partial_sums = sums_of_node_[peers_.rank()];
  outgoing_.resize(static_cast<std::size_t>(part.size() * partial_sums));
  float* run = outgoing_.data();
  for (int n = 0; n < peers_.size(); ++n) {
    const data::Range theirs = data::lane_range(part, n, peers_.size());
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
