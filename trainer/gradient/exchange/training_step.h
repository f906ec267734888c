#pragma once

#include "comm/node.h"
#include "trainer/gradient/arena/gradients.h"
#include "trainer/gradient/arena/parameter_arena.h"
#include "trainer/gradient/exchange/step_exchange.h"
#include "trainer/gradient/optimizer/optimizer.h"

#include <cstdint>
#include <memory>

namespace galen::trainer {

struct ComputeDevice;

/// What a training step works with, from the lanes' losses to the new parameters, on one worker.
class TrainingStep {
 public:
  /// `node`: of the workers, those of a node neighbours, as comm::ordered_by_node() makes them; `lanes` at least as many. The model, on its
  /// device, and the node must outlive this. Collective.
  TrainingStep(models::Model& model, comm::Node& node, std::int64_t lanes, const OptimizerOptions& optimizer,
               const ExchangeOptions& exchange, const ComputeDevice& compute);

  Gradients& gradients() { return gradients_; }
  Optimizer& optimizer() { return *optimizer_; }

  /// After the last lane: see StepExchange::complete(). An error names the step, and the bucket where it is of one.
  StepSums complete(const Wishes& wishes, std::int64_t step, Timeline& timeline);

  const ParameterArena& arena() const { return arena_; }

  /// Whether this rank is the one to write `tensor`, a parameter, a buffer or of the optimiser's state: those in the node's memory are for
  /// its first rank.
  bool writes(const at::Tensor& tensor) const;

 private:
  comm::Node& node_;
  ParameterArena arena_;
  Gradients gradients_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<comm::Communicator> messages_;  // on a GPU: the group's ranks, for tensors there
  std::unique_ptr<StepExchange> exchange_;
};

}  // namespace galen::trainer
