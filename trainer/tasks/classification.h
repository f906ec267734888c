#pragma once

#include "trainer/tasks/scored_task.h"

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// The class that each sample is of, and the one that its scores speak for.
struct Decisions {
  std::vector<std::int64_t> truth;
  std::vector<std::int64_t> predicted;
};

/// What binary and multi-class tasks share: exactly one class holds, and each class has a weight.
class Classification : public ScoredTask {
 public:
  at::Tensor weights(const at::Tensor& targets) const override;

  /// Of two classes with one score the second where is_positive(); else the first of the largest.
  at::Tensor decisions(const at::Tensor& scores) const override;

  at::Tensor confusion(const at::Tensor& records) const override;
  Gaps gaps(const at::Tensor& records) const override;

 protected:
  /// `weights`: of each class; empty: all 1.
  Classification(TaskFacts facts, const std::vector<double>& weights, models::OutputForm form);

  /// Targets that are the number of no class fail.
  Decisions decisions_in(const at::Tensor& records) const;

  /// [classes], as `like` is in type and device; undefined where all weigh 1.
  at::Tensor class_weights(const at::Tensor& like) const;
  bool logits() const { return form_ == models::OutputForm::kLogits; }

 private:
  at::Tensor class_weights_;  // f32 [classes] on the CPU; undefined where all weigh 1
  models::OutputForm form_;
};

}  // namespace galen::trainer
