#pragma once

#include "trainer/tasks/task.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The class that each sample is of, and the one that its scores speak for.
struct Decisions {
  std::vector<std::int64_t> truth;
  std::vector<std::int64_t> predicted;
};

/// From `scores` [n, 1] (the second class where it is_positive()) or [n, classes] (the first of the largest).
Decisions decide(const at::Tensor& scores, const at::Tensor& targets);

/// What binary and multi-class tasks share: exactly one class holds, and each class has a weight.
class Classification : public Task {
 public:
  /// `weights`: of each class; empty: all 1.
  Classification(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form);

  bool exclusive() const override { return true; }
  at::Tensor weights(const at::Tensor& targets) const override;
  at::Tensor confusion(const at::Tensor& scores, const at::Tensor& targets) const override;

 protected:
  const at::Tensor& class_weights() const { return class_weights_; }  ///< f32 [classes] on the CPU; undefined where all weigh 1
  bool logits() const { return form_ == models::OutputForm::kLogits; }

 private:
  at::Tensor class_weights_;
  models::OutputForm form_;
};

}  // namespace galen::trainer
