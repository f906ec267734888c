#include "trainer/gradient/arena/buckets.h"

#include "galen/error.h"
#include "trainer/gradient/arena/lane_fold.h"

#include <ATen/ops/from_blob.h>

#include <algorithm>
#include <numeric>

namespace galen::trainer {

namespace {

std::int64_t whole_blocks(double mib) {
  constexpr double kBlockMib = LaneFold::kBlock * sizeof(float) / 1048576.0;
  constexpr double kMost = 1 << 30;  // blocks: more than any model has, without overflow
  return std::max<std::int64_t>(1, std::llround(std::min(mib / kBlockMib, kMost))) * LaneFold::kBlock;
}

}  // namespace

Buckets::Buckets(const ParameterArena& arena, std::int64_t elements, const BucketOptions& options) {
  if (!(options.first_mib > 0) || !(options.mib > 0)) throw UsageError("comm.first_bucket and comm.bucket must be above 0 MiB.");
  cut(elements, whole_blocks(options.first_mib), whole_blocks(options.mib));
  assign(arena);
}

Buckets::Buckets(const ParameterArena& arena, std::int64_t elements) {
  cut(elements, elements, elements);
  assign(arena);
}

void Buckets::cut(std::int64_t elements, std::int64_t first, std::int64_t others) {
  constexpr std::int64_t kBlock = LaneFold::kBlock;
  for (std::int64_t end = elements, size = first; end > 0; size = others) {
    const std::int64_t begin = std::max<std::int64_t>(0, end - size) / kBlock * kBlock;
    ranges_.push_back({begin, end});
    end = begin;
  }
  std::reverse(ranges_.begin(), ranges_.end());
  order_.resize(ranges_.size());
  std::iota(order_.rbegin(), order_.rend(), std::size_t{0});
}

void Buckets::assign(const ParameterArena& arena) {
  parameters_in_.resize(ranges_.size());
  const auto bucket_with = [this](std::int64_t element) {
    return std::partition_point(ranges_.begin(), ranges_.end(), [&](Range range) { return range.end <= element; }) - ranges_.begin();
  };
  for (const ParameterSlice& slice : arena.slices()) {
    const Range buckets{bucket_with(slice.begin), slice.end > slice.begin ? bucket_with(slice.end - 1) + 1 : bucket_with(slice.begin)};
    for (std::int64_t b = buckets.begin; b < buckets.end; ++b) ++parameters_in_[static_cast<std::size_t>(b)];
    buckets_of_.push_back(buckets);
  }
}

void Buckets::begin_pass() {
  missing_ = parameters_in_;
  launched_ = 0;
  seen_.clear();
}

void Buckets::arrived(std::size_t parameter, const std::function<void(std::size_t)>& launch) {
  for (std::int64_t b = buckets_of_[parameter].begin; b < buckets_of_[parameter].end; ++b) {
    if (--missing_[static_cast<std::size_t>(b)] == 0) seen_.push_back(static_cast<std::size_t>(b));
  }
  while (launched_ < order_.size() && missing_[order_[launched_]] == 0) launch(order_[launched_++]);
}

void Buckets::end_pass(const std::function<void(std::size_t)>& launch) {
  for (; launched_ < order_.size(); ++launched_) launch(order_[launched_]);
}

void Buckets::learn_order(comm::Communicator& group) {
  for (const std::size_t b : order_) {
    if (std::find(seen_.begin(), seen_.end(), b) == seen_.end()) seen_.push_back(b);
  }
  std::vector<std::int64_t> order(seen_.begin(), seen_.end());
  at::Tensor tensor = at::from_blob(order.data(), {static_cast<std::int64_t>(order.size())}, at::kLong);
  group.broadcast(tensor, 0);
  order_.assign(order.begin(), order.end());
}

}  // namespace galen::trainer
