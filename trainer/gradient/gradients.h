#pragma once

#include "comm/communicator.h"
#include "data/order.h"
#include "trainer/gradient/lane_tree.h"
#include "trainer/gradient/parameter_arena.h"
#include "trainer/gradient/running_averages.h"
#include "trainer/stop_request.h"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace galen::trainer {

/// What all lanes of all workers add up to in a step.
struct StepSums {
  double loss = 0;    ///< summed over the step's samples
  double weight = 0;  ///< what the loss and the gradients are to be divided by
  double samples = 0;
  bool interrupted = false;  ///< some rank was asked to stop: see StopRequest
  bool preempted = false;
};

/// Gradients of a step: lane by lane into the arena, along the lane tree, and over the workers.
class Gradients {
 public:
  /// `lanes` >= the communicator's size. All but `lanes` must outlive this.
  Gradients(models::Model& model, comm::Communicator& communicator, std::int64_t lanes);

  data::Range my_lanes() const { return my_lanes_; }
  ParameterArena& arena() { return arena_; }

  /// Before a step's first lane.
  void begin_step();

  /// Before a lane's forward pass: the model's running averages are as they were when the step began.
  void begin_lane();

  /// After a lane's forward pass: runs backward from `loss` (summed over the lane's samples; undefined for a lane without any) and adds the
  /// lane to the sums. `weight`: what the lane's loss is to be divided by.
  void accumulate(const at::Tensor& loss, double weight, std::int64_t samples);

  /// Sums over all lanes of all workers: the same bits whatever the number of workers. After it the arena's gradients are the sums, not yet
  /// divided by the weight, and the model's running averages are those of the whole batch. Collective.
  StepSums all_reduce(const StopRequest& stop_request);

 private:
  comm::Communicator& communicator_;
  data::Range my_lanes_;
  ParameterArena arena_;
  RunningAverages averages_;
  LaneTree tree_;
  std::int64_t lane_ = 0;
};

}  // namespace galen::trainer
