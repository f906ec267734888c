#pragma once

#include "trainer/tasks/task.h"

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// A task whose model has a few outputs for each sample. Its record of a sample is [scores…, targets…, loss, weight]. Without outputs,
/// scores and loss are 0; without targets, all except the scores are NaN.
class ScoredTask : public Task {
 public:
  std::int64_t record_size() const final { return scores_ + targets_ + 2; }
  at::Tensor records(const at::Tensor& outputs, const at::Tensor& targets) const final;

  /// The mean loss, unless another metric equals it, then figures().
  std::vector<Measure> metrics(const at::Tensor& records) const final;

  /// Those of the targets, and those of a model whose outputs are not finite.
  Gaps gaps(const at::Tensor& records) const override;

 protected:
  /// `targets`: number of values in a sample's target; 1 for a class.
  ScoredTask(TaskFacts facts, std::int64_t targets);

  virtual std::vector<Measure> figures(const at::Tensor& records) const = 0;
  virtual Gaps target_gaps(const at::Tensor& /*targets*/) const { return {}; }  ///< `targets`: targets_in() records

  at::Tensor scores_in(const at::Tensor& records) const { return records.narrow(1, 0, scores_); }          ///< [n, scores], a view
  at::Tensor targets_in(const at::Tensor& records) const { return records.narrow(1, scores_, targets_); }  ///< [n, targets], a view

 private:
  std::int64_t scores_, targets_;
};

}  // namespace galen::trainer
