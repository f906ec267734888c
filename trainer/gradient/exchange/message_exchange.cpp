#include "trainer/gradient/exchange/message_exchange.h"

#include "trainer/gradient/exchange/located.h"
#include "trainer/gradient/exchange/node_sums.h"
#include "trainer/lanes/tree_all_reduce.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>
#include <vector>

namespace galen::trainer {

MessageExchange::MessageExchange(const ExchangeOptions& options, const ExchangeParts& parts, const UpdateKernels& kernels,
                                 comm::Communicator& messages)
    : options_(options),
      arena_(parts.arena),
      gradients_(parts.gradients),
      optimizer_(parts.optimizer),
      kernels_(kernels),
      node_(parts.node),
      group_(node_.group()),
      messages_(messages),
      lanes_(parts.lanes),
      partial_sums_(subtrees(gradients_.my_lanes(), lanes_).size()),
      scalars_(node_, lanes_of_nodes(node_, lanes_)),
      leaders_(group_.split(node_.rank() == 0 ? 0 : 1)),
      side_stream_(arena_.values().device()) {}

void MessageExchange::launch(std::size_t bucket) {
  located([&] { return fmt::format("bucket {} of {}", bucket + 1, gradients_.buckets().ranges().size()); },
          [&] { side_stream_.run([&] { all_reduce(gradients_.buckets().ranges()[bucket]); }); });
}

// The sums replace this rank's first partial sum.
void MessageExchange::all_reduce(Range range) {
  std::vector<at::Tensor> partial_sums;
  for (std::size_t p = 0; p < partial_sums_; ++p) {
    partial_sums.push_back(gradients_.partial_sum(p).narrow(0, range.begin, range.size()));
  }
  at::Tensor sums = partial_sums.front();
  if (options_.comm.order == AdditionOrder::kFast) {
    for (std::size_t p = 1; p < partial_sums_; ++p) sums.add_(partial_sums[p]);
    messages_.all_reduce(sums, comm::Reduction::kSum);
  } else {
    tree_all_reduce(messages_, partial_sums, lanes_, sums);
  }
}

StepSums MessageExchange::complete(const Wishes& wishes, std::int64_t step, Timeline& timeline) {
  timeline.enter(Phase::kWait);
  side_stream_.wait(messages_, "exchange of gradients");
  StepSums sums = exchange_scalars(wishes);
  timeline.enter(Phase::kUpdate);
  if (std::exchange(first_step_, false)) gradients_.learn_order(group_);

  const at::Tensor& whole = gradients_.partial_sum(0);
  const at::Tensor gradients = whole.narrow(0, 0, arena_.size());
  look_at(gradients, sums);
  sums.updated = counts(options_, sums);
  if (!sums.updated) {
    gradients_.averages().undo_step();
    return sums;
  }
  optimizer_.begin(gradient_scale(options_, sums), step);
  optimizer_.update(0, arena_.size(), gradients.const_data_ptr<float>());
  gradients_.averages().end_step(whole.narrow(0, arena_.size(), whole.numel() - arena_.size()), sums.samples, group_, sums.empty_lane);
  return sums;
}

// At this point all gradients of this step have arrived, so all ranks have read the rows of the last one, and they may be overwritten.
StepSums MessageExchange::exchange_scalars(const Wishes& wishes) {
  scalars_.put(gradients_.my_lanes(), gradients_.scalars(), wishes);
  node_.barrier("exchange of gradients");
  if (node_.count() > 1) {
    if (node_.rank() == 0) scalars_.exchange(*leaders_);
    node_.barrier("exchange of gradients between nodes");
  }
  return scalars_.add_up(arena_);
}

// A norm that is not finite comes from such elements: one read of the gradients finds both.
void MessageExchange::look_at(const at::Tensor& gradients, StepSums& sums) const {
  const GradientFacts facts = kernels_.look_at(gradients.const_data_ptr<float>(), gradients.numel());
  sums.gradient_norm = std::sqrt(facts.sum_of_squares) / sums.weight;
  if (facts.first_nonfinite >= 0) sums.nonfinite = arena_.parameter_at(facts.first_nonfinite);
}

}  // namespace galen::trainer
