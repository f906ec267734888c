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

/// A training step on one worker, from the lanes' losses to the new parameters.
class TrainingStep {
 public:
  /// `node`: of the workers, with the ranks of a node consecutive, as made by comm::ordered_by_node(); `lanes` at least as many. The model,
  /// on its device, and the node must outlive this. Collective.
  TrainingStep(models::Model& model, comm::Node& node, std::int64_t lanes, const OptimizerOptions& optimizer,
               const ExchangeOptions& exchange, const ComputeDevice& compute);

  Gradients& gradients() { return gradients_; }
  Optimizer& optimizer() { return *optimizer_; }

  /// Call after the last lane: see StepExchange::complete(). An error names the step, and the bucket if it belongs to one.
  StepSums complete(const Wishes& wishes, std::int64_t step, Timeline& timeline);

  const ParameterArena& arena() const { return arena_; }

  /// Whether this rank writes `tensor`, a parameter, a buffer or a tensor of the optimiser's state: those in the node's memory are written
  /// by its first rank.
  bool writes(const at::Tensor& tensor) const;

 private:
  comm::Node& node_;
  ParameterArena arena_;
  Gradients gradients_;
  std::unique_ptr<Optimizer> optimizer_;
  std::unique_ptr<comm::Communicator> messages_;  // on a GPU: the group's ranks, for tensors on it
  std::unique_ptr<StepExchange> exchange_;
};

}  // namespace galen::trainer
