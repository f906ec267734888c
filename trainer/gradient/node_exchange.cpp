#include "trainer/gradient/node_exchange.h"

#include "trainer/gradient/vector_kernels.h"

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

// Whole blocks, so that blocks, and with them the norm's additions, are the same for every number of ranks.
data::Range slice_of(int owner, int owners, std::int64_t size) {
  if (owner >= owners) return {size, size};
  const data::Range blocks = data::lane_range({0, blocks_of(size)}, owner, owners);
  return {std::min(size, blocks.begin * kBlock), std::min(size, blocks.end * kBlock)};
}

}  // namespace

NodeExchange::NodeExchange(const ExchangeOptions& options, ParameterArena& arena, Gradients& gradients, Optimizer& optimizer,
                           comm::Node& node, comm::Communicator& group, std::int64_t lanes)
    : options_(options),
      arena_(arena),
      gradients_(gradients),
      optimizer_(optimizer),
      node_(node),
      group_(group),
      slice_(slice_of(node.rank(), smallest_node(node), gradients.size())),
      node_sums_(gradients, node, lanes),
      scalars_(node, lanes_of_nodes(node, lanes)),
      nonfinite_(node.zeros(node.size(), at::kDouble)),
      squares_(node.zeros(blocks_of(arena.size()), at::kDouble)),
      averages_(node.zeros(gradients.size() - arena.size(), at::kFloat)) {
  if (node.count() == 1) {
    summed_ = gradients.partial_sum(0).mutable_data_ptr<float>() + slice_.begin;
    return;
  }
  const int owners = smallest_node(node);
  peers_ = group.split(std::min(node.rank(), owners));
  if (node.rank() < owners) network_sums_.emplace(node_sums_, *peers_, lanes_of_nodes(node, lanes), lanes, slice_, options.bfloat16);
}

StepSums NodeExchange::complete(const StopRequest& stop_request, std::int64_t step, Timeline& timeline) {
  const auto meet = [&](const char* operation) {
    timeline.enter(Phase::kWait);
    node_.barrier(operation);
    timeline.enter(Phase::kUpdate);
  };
  scalars_.put(gradients_.my_lanes(), gradients_.scalars(), stop_request);
  meet("exchange of gradients");
  if (node_.count() > 1) {
    if (node_.rank() == 0) scalars_.exchange(*peers_);
    if (network_sums_) summed_ = network_sums_->sum();
    meet("exchange of gradients between nodes");
  }

  StepSums sums = scalars_.add_up(arena_);
  if (options_.clip_norm > 0 || options_.skip_nonfinite) {
    sum_first();
    meet("norm of the gradients");
    sums.nonfinite = first_nonfinite();
    sums.gradient_norm = gradient_norm() / sums.weight;
    sums.updated = sums.nonfinite.empty() || !options_.skip_nonfinite;
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
  for_each_block(slice_, [this](std::int64_t begin, std::int64_t size) {
    const float* block = sums_of(begin, size);
    look_for_nonfinite(block, begin, size);
    apply(block, begin, size);
  });
}

// The sums take the place of this rank's own gradients, which only it has read there.
void NodeExchange::sum_first() {
  nonfinite_.mutable_data_ptr<double>()[node_.rank()] = 0;
  for_each_block(slice_, [this](std::int64_t begin, std::int64_t size) {
    const float* block = sums_of(begin, size);
    look_for_nonfinite(block, begin, size);
    const std::int64_t parameters = std::clamp<std::int64_t>(arena_.size() - begin, 0, size);
    if (parameters > 0) squares_.mutable_data_ptr<double>()[begin / kBlock] = vector_kernels().sum_of_squares(block, parameters);
    float* keep = summed_ + (begin - slice_.begin);
    if (keep != block) std::copy_n(block, size, keep);
  });
}

void NodeExchange::update_from_sums(const StepSums& sums, std::int64_t step) {
  optimizer_.begin(gradient_scale(options_, sums), step);
  for_each_block(slice_, [this](std::int64_t begin, std::int64_t size) { apply(summed_ + (begin - slice_.begin), begin, size); });
}

const float* NodeExchange::sums_of(std::int64_t begin, std::int64_t size) {
  return node_.count() > 1 ? summed_ + (begin - slice_.begin) : node_sums_(begin, size).front();
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
  for (int r = 0; r < node_.size(); ++r) {  // slices are in the order of ranks
    const auto element = static_cast<std::int64_t>(firsts[r]) - 1;
    if (element >= arena_.size()) return "a running average of batch normalisation";
    if (element >= 0) return arena_.parameter_at(element);
  }
  return "";
}

double NodeExchange::gradient_norm() const {
  const double* squares = squares_.const_data_ptr<double>();
  double sum = 0;
  for (std::int64_t b = 0; b < squares_.numel(); ++b) sum += squares[b];
  return std::sqrt(sum);
}

}  // namespace galen::trainer
