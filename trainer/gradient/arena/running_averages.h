#pragma once

#include "comm/communicator.h"
#include "models/model.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The running averages of a model (batch normalisation) under lanes: each lane starts from the step's values and updates them with its own
/// batch statistics; the step's outcome is the mean of the lanes' values, weighted by their samples, summed along the lane tree. These are
/// buffers of f32; those of other floating-point types must keep their values.
class RunningAverages {
 public:
  /// Elements of all f32 buffers.
  static std::int64_t size(const models::Model& model);

  /// Makes the model's f32 buffers views of one flat tensor. `model` must outlive this.
  explicit RunningAverages(models::Model& model);

  void begin_step();  ///< remembers the values
  void begin_lane();  ///< goes back to those remembered

  /// After a lane's forward pass: `sums` ([size()], zero) becomes samples · values.
  void end_lane(at::Tensor sums, std::int64_t samples) const;

  /// Before the next step: values = sums / samples. Where some lane of the step was empty, a rank may have run none: integer buffers
  /// (counts of batches) then become the largest of any rank's. Collective in that case. A buffer that should have kept its values and has
  /// not throws galen::Error.
  void end_step(const at::Tensor& sums, double samples, comm::Communicator& communicator, bool some_lane_was_empty);

  /// Instead: the step has not been.
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
