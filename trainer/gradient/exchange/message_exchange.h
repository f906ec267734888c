#pragma once

#include "comm/node.h"
#include "trainer/device/side_stream.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/exchange/step_exchange.h"
#include "trainer/gradient/exchange/step_scalars.h"
#include "trainer/gradient/optimizer/optimizer.h"
#include "trainer/gradient/optimizer/update_kernels.h"

namespace galen::trainer {

/// The exchange of workers that have their own parameters and optimiser state, each on a GPU: gradients are sent as messages, bucket by
/// bucket during the backward pass, and every rank does the whole optimiser step.
class MessageExchange final : public StepExchange {
 public:
  /// `kernels`: of the device; `messages`: the ranks of the node's group, for tensors on the device. Both outlive this. Collective.
  MessageExchange(const ExchangeOptions& options, const ExchangeParts& parts, const UpdateKernels& kernels, comm::Communicator& messages);

  void launch(std::size_t bucket) override;
  StepSums complete(const Wishes& wishes, std::int64_t step, Timeline& timeline) override;

 private:
  void all_reduce(Range range);
  StepSums exchange_scalars(const Wishes& wishes);
  void look_at(const at::Tensor& gradients, StepSums& sums) const;

  const ExchangeOptions options_;
  ParameterArena& arena_;
  Gradients& gradients_;
  Optimizer& optimizer_;
  const UpdateKernels& kernels_;
  comm::Node& node_;
  comm::Communicator& group_;
  comm::Communicator& messages_;
  const std::int64_t lanes_;
  std::size_t partial_sums_;
  StepScalars scalars_;
  std::unique_ptr<comm::Communicator> leaders_;  // the first rank of each node
  SideStream side_stream_;
  bool first_step_ = true;
};

}  // namespace galen::trainer
