#pragma once

#include "trainer/tasks/scored_task.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The true class of each sample, and the predicted one.
struct Decisions {
  std::vector<std::int64_t> truth;
  std::vector<std::int64_t> predicted;
};

/// The common base of binary and multi-class tasks: exactly one class is true, and each class has a weight.
class Classification : public ScoredTask {
 public:
  at::Tensor weights(const at::Tensor& targets) const override;

  /// With one score for two classes the second if is_positive(); else the first of the largest.
  at::Tensor decisions(const at::Tensor& scores) const override;

  at::Tensor confusion(const at::Tensor& records) const override;

 protected:
  /// `weights`: of each class; empty: all 1.
  Classification(TaskFacts facts, const std::vector<double>& weights, models::OutputForm form);

  Gaps target_gaps(const at::Tensor& targets) const override;

  /// Throws for targets that are not the number of a class.
  Decisions decisions_in(const at::Tensor& records) const;

  /// [classes], with the type and device of `like`; undefined if all are 1.
  at::Tensor class_weights(const at::Tensor& like) const;
  bool logits() const { return form_ == models::OutputForm::kLogits; }

 private:
  at::Tensor class_weights_;  // f32 [classes] on the CPU; undefined if all are 1
  models::OutputForm form_;
};

}  // namespace galen::trainer
