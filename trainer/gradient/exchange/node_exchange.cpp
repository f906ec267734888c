#include "trainer/gradient/exchange/node_exchange.h"

#include "trainer/gradient/arena/vector_kernels.h"
#include "trainer/gradient/exchange/located.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace galen::trainer {

namespace {

constexpr std::int64_t kBlock = LaneFold::kBlock;

std::int64_t blocks_of(std::int64_t elements) { return (elements + kBlock - 1) / kBlock; }

int smallest_node(const comm::Node& node) {
  int smallest = node.size();
  for (int n = 0; n < node.count(); ++n) smallest = std::min(smallest, node.first_rank(n + 1) - node.first_rank(n));
  return smallest;
}

// Whole blocks, so that blocks, and with them the additions of the norm, are the same for every number of ranks.
Range slice_of(int owner, int owners, Range bucket) {
  if (owner >= owners) return {bucket.end, bucket.end};
  const Range blocks = lane_range({0, blocks_of(bucket.size())}, owner, owners);
  return {std::min(bucket.end, bucket.begin + blocks.begin * kBlock), std::min(bucket.end, bucket.begin + blocks.end * kBlock)};
}

std::vector<Range> slices_of(int owner, int owners, const Buckets& buckets) {
  std::vector<Range> slices;
  for (const Range& bucket : buckets.ranges()) slices.push_back(slice_of(owner, owners, bucket));
  return slices;
}

}  // namespace

NodeExchange::NodeExchange(const ExchangeOptions& options, const ExchangeParts& parts)
    : options_(options),
      arena_(parts.arena),
      gradients_(parts.gradients),
      optimizer_(parts.optimizer),
      node_(parts.node),
      group_(node_.group()),
      slices_(slices_of(node_.rank(), smallest_node(node_), gradients_.buckets())),
      node_sums_(gradients_, node_, parts.lanes),
      scalars_(node_, lanes_of_nodes(node_, parts.lanes)),
      kept_(gradients_.partial_sum(0).mutable_data_ptr<float>()),
      nonfinite_(node_.zeros(node_.size(), at::kDouble)),
      squares_(node_.zeros(blocks_of(arena_.size()), at::kDouble)),
      averages_(node_.zeros(gradients_.size() - arena_.size(), at::kFloat)) {
  if (node_.count() == 1) return;
  const int owners = smallest_node(node_);
  peers_ = group_.split(std::min(node_.rank(), owners));
  arrivals_.emplace(node_, slices_.size() + 1);
  if (node_.rank() >= owners) return;
  network_sums_.emplace(options.comm, arena_, node_sums_, *peers_, lanes_of_nodes(node_, parts.lanes), slices_);
  network_thread_ = std::make_unique<TaskThread>();
}

// The sums replace this rank's own gradients, which no other rank reads there.
void NodeExchange::launch(std::size_t bucket) {
  if (!arrivals_) return;
  arrivals_->arrive(bucket);
  if (!network_thread_) return;
  network_thread_->push([this, bucket](const std::stop_token& stop) { exchange_bucket(bucket, stop); });
}

void NodeExchange::exchange_bucket(std::size_t bucket, const std::stop_token& stop) {
  if (!arrivals_->wait(bucket, round_, "gradients of the node", stop)) return;
  const auto begin = Timeline::Clock::now();
  located([&] { return fmt::format("bucket {} of {}", bucket + 1, slices_.size()); },
          [&] { network_sums_->sum(bucket, kept_ + slices_[bucket].begin); });
  bucket_times_.push_back({bucket, begin, Timeline::Clock::now()});
}

void NodeExchange::exchange_scalars(Timeline& timeline) {
  const std::size_t place = slices_.size();
  arrivals_->arrive(place);
  if (!network_thread_) return;
  network_thread_->push([this, place](const std::stop_token& stop) {
    if (node_.rank() == 0 && arrivals_->wait(place, round_, "exchange of gradients", stop)) scalars_.exchange(*peers_);
  });
  network_thread_->wait();
  for (const auto& [bucket, bucket_begin, bucket_end] : bucket_times_)
    timeline.add(fmt::format("bucket {}", bucket + 1), bucket_begin, bucket_end);
  bucket_times_.clear();
}

StepSums NodeExchange::complete(const Wishes& wishes, std::int64_t step, Timeline& timeline) {
  const auto meet = [&](const char* operation) {
    timeline.enter(Phase::kWait);
    node_.barrier(operation);
    timeline.enter(Phase::kUpdate);
  };
  scalars_.put(gradients_.my_lanes(), gradients_.scalars(), wishes);
  if (arrivals_) {
    timeline.enter(Phase::kWait);
    exchange_scalars(timeline);
    if (round_++ == 1) gradients_.learn_order(group_);
  }
  meet("exchange of gradients");

  StepSums sums = scalars_.add_up(arena_);
  if (sums.weight == 0) {
    sums.updated = false;
    meet("publication of parameters");
  } else if (options_.clip_norm > 0 || options_.skip_nonfinite) {
    sum_first();
    meet("norm of the gradients");
    sums.nonfinite = first_nonfinite();
    sums.gradient_norm = gradient_norm() / sums.weight;
    sums.updated = counts(options_, sums);
    if (sums.updated) update_from_sums(sums, step);
    meet("publication of parameters");
  } else {
    update_at_once(sums, step);
    meet("publication of parameters");
    sums.nonfinite = first_nonfinite();
  }
  if (sums.updated) {
    gradients_.averages().end_step(averages_, sums.samples, group_, sums.empty_lane);
  } else {
    gradients_.averages().undo_step();
  }
  return sums;
}

void NodeExchange::update_at_once(const StepSums& sums, std::int64_t step) {
  optimizer_.begin(gradient_scale(options_, sums), step);
  nonfinite_.mutable_data_ptr<double>()[node_.rank()] = 0;
  for_each_block_of_mine([this](std::int64_t begin, std::int64_t size) {
    const float* block = sums_of(begin, size);
    look_for_nonfinite(block, begin, size);
    apply(block, begin, size);
  });
}

void NodeExchange::sum_first() {
  nonfinite_.mutable_data_ptr<double>()[node_.rank()] = 0;
  for_each_block_of_mine([this](std::int64_t begin, std::int64_t size) {
    const float* block = sums_of(begin, size);
    look_for_nonfinite(block, begin, size);
    const std::int64_t parameters = std::clamp<std::int64_t>(arena_.size() - begin, 0, size);
    if (parameters > 0) squares_.mutable_data_ptr<double>()[begin / kBlock] = vector_kernels().sum_of_squares(block, parameters);
    if (block != kept_ + begin) std::copy_n(block, size, kept_ + begin);
  });
}

void NodeExchange::update_from_sums(const StepSums& sums, std::int64_t step) {
  optimizer_.begin(gradient_scale(options_, sums), step);
  for_each_block_of_mine([this](std::int64_t begin, std::int64_t size) { apply(kept_ + begin, begin, size); });
}

template <typename Work>
void NodeExchange::for_each_block_of_mine(Work work) const {
  for (const Range& slice : slices_) for_each_block(slice, work);
}

const float* NodeExchange::sums_of(std::int64_t begin, std::int64_t size) {
  return node_.count() > 1 ? kept_ + begin : node_sums_(begin, size).front();
}

void NodeExchange::apply(const float* sums, std::int64_t begin, std::int64_t size) {
  const std::int64_t parameters = std::clamp<std::int64_t>(arena_.size() - begin, 0, size);
  if (parameters > 0) optimizer_.update(begin, begin + parameters, sums);
  if (parameters < size) {
    std::copy_n(sums + parameters, size - parameters, averages_.mutable_data_ptr<float>() + (begin + parameters - arena_.size()));
  }
}

void NodeExchange::look_for_nonfinite(const float* sums, std::int64_t begin, std::int64_t size) {
  double& first = nonfinite_.mutable_data_ptr<double>()[node_.rank()];
  if (first > 0 || vector_kernels().is_finite(sums, size)) return;
  const float* found = std::find_if_not(sums, sums + size, [](float value) { return std::isfinite(value); });
  first = 1 + static_cast<double>(begin + (found - sums));
}

std::string NodeExchange::first_nonfinite() const {
  const double* firsts = nonfinite_.const_data_ptr<double>();
  double first = 0;
  for (int r = 0; r < node_.size(); ++r) {
    if (firsts[r] > 0 && (first == 0 || firsts[r] < first)) first = firsts[r];
  }
  if (first == 0) return "";
  const auto element = static_cast<std::int64_t>(first) - 1;
  return element < arena_.size() ? arena_.parameter_at(element) : "a running average of batch normalisation";
}

double NodeExchange::gradient_norm() const {
  const double* squares = squares_.const_data_ptr<double>();
  double sum = 0;
  for (std::int64_t b = 0; b < squares_.numel(); ++b) sum += squares[b];
  return std::sqrt(sum);
}

}  // namespace galen::trainer
