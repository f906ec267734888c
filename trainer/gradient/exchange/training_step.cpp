#include "trainer/gradient/exchange/training_step.h"

#include "trainer/device/cuda_module.h"
#include "trainer/device/device.h"
#include "trainer/gradient/exchange/located.h"
#include "trainer/gradient/exchange/message_exchange.h"
#include "trainer/gradient/exchange/node_exchange.h"

#include <fmt/format.h>

#include <algorithm>

namespace galen::trainer {

namespace {

// Of the worker that has the most of them.
int most_partial_sums(int ranks, std::int64_t lanes) {
  std::size_t most = 1;
  for (int rank = 0; rank < ranks; ++rank) most = std::max(most, subtrees(lane_range({0, lanes}, rank, ranks), lanes).size());
  return static_cast<int>(most);
}

const UpdateKernels& kernels_of(const ComputeDevice& compute) {
  return compute.cuda != nullptr ? compute.cuda->update_kernels() : cpu_update_kernels();
}

}  // namespace

TrainingStep::TrainingStep(models::Model& model, comm::Node& node, std::int64_t lanes, const OptimizerOptions& optimizer,
                           const ExchangeOptions& exchange, const ComputeDevice& compute)
    : node_(node),
      arena_(model, node_),
      gradients_(model, arena_, lane_range({0, lanes}, node.group().rank(), node.group().size()), lanes,
                 most_partial_sums(node.group().size(), lanes), arena_.on_cpu() && node_.count() == 1 ? nullptr : &exchange.comm.buckets),
      optimizer_(make_optimizer(optimizer, arena_, kernels_of(compute))) {
  const ExchangeParts parts{arena_, gradients_, *optimizer_, node_, lanes};
  if (arena_.on_cpu()) {
    exchange_ = std::make_unique<NodeExchange>(exchange, parts);
  } else {
    messages_ = compute.cuda->make_communicator(node.group(), compute.device, {gradients_.memory()});
    exchange_ = std::make_unique<MessageExchange>(exchange, parts, kernels_of(compute), *messages_);
  }
  gradients_.on_bucket([this](std::size_t bucket) { exchange_->launch(bucket); });
}

StepSums TrainingStep::complete(const Wishes& wishes, std::int64_t step, Timeline& timeline) {
  return located([&] { return fmt::format("step {}", step); }, [&] { return exchange_->complete(wishes, step, timeline); });
}

bool TrainingStep::writes(const at::Tensor& tensor) const {
  if (!arena_.on_cpu() || node_.rank() == 0) return true;
  const auto state = optimizer_->state();
  return !tensor.is_alias_of(arena_.values()) &&
         std::none_of(state.begin(), state.end(), [&](const models::NamedTensor& shared) { return tensor.is_alias_of(shared.tensor); });
}

}  // namespace galen::trainer
