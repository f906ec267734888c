#pragma once

#include "trainer/tasks/task.h"

#include <cstdint>
#include <vector>

namespace galen::trainer {

/// A task whose model gives each sample a few outputs. Its record of a sample is [scores…, targets…, loss, weight]. Without outputs, scores
/// and loss are 0; without targets, all but the scores are NaN.
class ScoredTask : public Task {
 public:
  std::int64_t record_size() const final { return scores_ + targets_ + 2; }
  at::Tensor records(const at::Tensor& outputs, const at::Tensor& targets) const final;

  /// The mean loss, unless a figure is it by another name, then figures().
  std::vector<Measure> metrics(const at::Tensor& records) const final;

 protected:
  /// `targets`: how many numbers a sample's target has; 1 for the number of a class.
  ScoredTask(TaskFacts facts, std::int64_t targets);

  virtual std::vector<Measure> figures(const at::Tensor& records) const = 0;

  at::Tensor scores_in(const at::Tensor& records) const { return records.narrow(1, 0, scores_); }          ///< [n, scores], a view
  at::Tensor targets_in(const at::Tensor& records) const { return records.narrow(1, scores_, targets_); }  ///< [n, targets], a view

  /// Gaps::unanswered of a model whose outputs are not finite.
  std::vector<std::string> unanswered_by(const at::Tensor& records) const;

 private:
  std::int64_t scores_, targets_;
};

}  // namespace galen::trainer
