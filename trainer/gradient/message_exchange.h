#pragma once

#include "comm/node.h"
#include "trainer/gradient/gradients.h"
#include "trainer/gradient/step_exchange.h"
#include "trainer/gradient/step_scalars.h"
#include "trainer/optimizer/optimizer.h"
#include "trainer/optimizer/update_kernels.h"

namespace galen::trainer {

/// The exchange of GPU workers, each with parameters and an optimiser's state of its own: gradients travel by messages, and every rank
/// takes the whole of the optimiser's step.
class MessageExchange final : public StepExchange {
 public:
  /// As NodeExchange. `kernels`: the device's.
  MessageExchange(const ExchangeOptions& options, ParameterArena& arena, Gradients& gradients, Optimizer& optimizer,
                  const UpdateKernels& kernels, comm::Node& node, comm::Communicator& group, std::int64_t lanes);

  StepSums complete(const StopRequest& stop_request, std::int64_t step, Timeline& timeline) override;

 private:
  StepSums exchange_scalars(const StopRequest& stop_request);
  void look_at(const at::Tensor& gradients, StepSums& sums) const;

  const ExchangeOptions options_;
  ParameterArena& arena_;
  Gradients& gradients_;
  Optimizer& optimizer_;
  const UpdateKernels& kernels_;
  comm::Node& node_;
  comm::Communicator& group_;
  const std::int64_t lanes_;
  StepScalars scalars_;
  std::unique_ptr<comm::Communicator> leaders_;  // the first rank of each node
};

}  // namespace galen::trainer
