#pragma once

#include "data/files/dataset.h"
#include "models/model.h"
#include "trainer/measures/measure.h"
#include "trainer/tasks/target_scale.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace galen {
struct Option;
}

namespace galen::trainer {

struct TaskOptions {
  data::TaskKind kind = data::TaskKind::kAuto;  ///< kAuto: what the data set's targets are.

  /// Weight of each class in the loss, in class order ("1, 4"), or balanced: N / (classes · N of the class), over the training split.
  /// Empty: all 1. Multi-label: weight of each label's positives; balanced: negatives / positives.
  std::string class_weights = {};

  /// Regression: learn (target − mean) / deviation, of the training split. Scores and metrics are in the target's own units; the loss is
  /// not, and neither are the model's outputs.
  bool standardize_target = true;

  /// By which; empty: to be fitted, where standardize_target says so. What a checkpoint records.
  TargetScale target_scale = {};

  /// Of two classes, the name of the one that counts as positive: it becomes the second one. Empty: as the data set has them.
  std::string positive = {};
};

std::vector<Option> describe(TaskOptions& options);

/// What is learnt: owns the loss and the metrics. Const once made, and safe to share between threads.
class Task {
 public:
  virtual ~Task() = default;

  virtual std::string name() const = 0;
  virtual std::int64_t outputs() const = 0;                         ///< of the model: 1 for binary, else one for each class, label or value
  virtual bool exclusive() const = 0;                               ///< exactly one class holds (binary, multiclass)
  const std::vector<std::string>& names() const { return names_; }  ///< of the classes, labels or values

  /// Weighted loss of each sample, [n], with gradient. `outputs` [n, outputs()] f32 as the model gave them, `targets` as data::Samples
  /// has them, on the same device.
  virtual at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const = 0;

  /// What each sample adds to the number that the summed losses are divided by, [n] f32; undefined where each adds 1.
  virtual at::Tensor weights(const at::Tensor& targets) const = 0;

  /// Sum of losses(), a scalar with gradient: of the main outputs, and of the auxiliary ones with weights of 1/2, 1/4 … in their order
  /// (deep supervision, as Isensee et al., "nnU-Net", 2021, weigh it). The trainer divides by the global sum of weight(), so that lanes of
  /// any size add up.
  at::Tensor loss(const models::Outputs& outputs, const at::Tensor& targets) const;

  /// Sum of weights(): n where no class is weighted.
  double weight(const at::Tensor& targets) const;

  /// What a person reads: probabilities [n, outputs()] (binary: of the second class), or values. f32.
  virtual at::Tensor scores(const at::Tensor& outputs) const = 0;

  /// Whether one of metrics() is the loss by another name, so that reports do without the loss.
  virtual bool loss_is_a_metric() const { return false; }

  /// Metrics other than the loss over `scores`, both tensors on the CPU; in f64 and in a fixed order. Averages over classes, labels or
  /// values are macro averages over those for which the metric is defined.
  virtual std::vector<Measure> metrics(const at::Tensor& scores, const at::Tensor& targets) const = 0;

  /// What a report says beyond them, likewise; training does not look at it.
  virtual std::vector<Measure> further_measures(const at::Tensor& /*scores*/, const at::Tensor& /*targets*/) const { return {}; }

  /// [classes, classes] i64, rows true, columns predicted; undefined where the task has no exclusive classes. Binary: see is_positive();
  /// multi-class: the first of the largest.
  virtual at::Tensor confusion(const at::Tensor& scores, const at::Tensor& targets) const = 0;

 protected:
  explicit Task(std::vector<std::string> names) : names_(std::move(names)) {}

 private:
  std::vector<std::string> names_;
};

/// The task that `options` and the data set name. `training`: samples that balanced weights are counted over. A task that does not fit
/// the targets throws galen::UsageError.
std::unique_ptr<Task> make_task(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training,
                                models::OutputForm form);

/// The same options with nothing left to be found out from data: neither auto nor balanced, and with a target scale. What a checkpoint
/// records.
TaskOptions resolve(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training);

/// The task of a saved model, whatever data it is to be applied to: `options` as resolve() gave them, `names` as Task::names().
std::unique_ptr<Task> make_task(const TaskOptions& options, const std::vector<std::string>& names, models::OutputForm form);

/// Outputs and exclusiveness are needed to build a model before the model's output form is known: the same table, without a loss.
struct TaskShape {
  std::int64_t outputs = 1;
  bool exclusive = true;
};
TaskShape task_shape(const TaskOptions& options, const data::Dataset& dataset);

/// Names of all metrics that an evaluation of the task has: the loss (unless Task::loss_is_a_metric()), then those of Task::metrics().
std::vector<std::string> metric_names(const Task& task);

/// Whether a larger value of the metric is the better one; an unknown name throws galen::UsageError.
bool larger_is_better(const std::string& metric);

}  // namespace galen::trainer
