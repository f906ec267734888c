#pragma once

#include "comm/communicator.h"
#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The running averages of a model (batch normalisation) under lanes: each lane starts from the step's values and updates them with its own
/// batch statistics; the step's result is the mean of the lanes' values, weighted by their samples, summed along the lane tree. Only f32
/// buffers are averaged; buffers of other floating-point types must not change.
class RunningAverages {
 public:
  /// Total number of elements of the f32 buffers.
  static std::int64_t size(const models::Model& model);

  /// Makes the model's f32 buffers views of one flat tensor. `model` must outlive this.
  explicit RunningAverages(models::Model& model);

  void begin_step();  ///< saves the values
  void begin_lane();  ///< restores the saved values

  /// Call after a lane's forward pass: sets `sums` ([size()], zero) to samples · values.
  void end_lane(at::Tensor sums, std::int64_t samples) const;

  /// Call before the next step: values = sums / samples. If some lane of the step was empty, a rank may have run none: integer buffers
  /// (counts of batches) are then set to the maximum over all ranks. Collective in that case. A buffer that changed but must not throws
  /// galen::Error.
  void end_step(const at::Tensor& sums, double samples, comm::Communicator& communicator, bool some_lane_was_empty);

  /// Call instead of end_step() if the step is discarded.
  void undo_step() { begin_lane(); }

 private:
  struct Constant {
    std::string name;
    at::Tensor tensor, start;
  };

  at::Tensor values_;
  at::Tensor start_;
  std::vector<at::Tensor> counts_;
  std::vector<at::Tensor> start_counts_;
  std::vector<Constant> constants_;
};

}  // namespace galen::trainer
