#pragma once

#include "data/files/dataset.h"
#include "models/model.h"
#include "trainer/measures/measure.h"
#include "trainer/tasks/task_options.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace galen::trainer {

enum class ScoreKind { kProbability, kValue };

/// The properties of a task.
struct TaskFacts {
  std::string name;
  std::vector<std::string> names;            ///< of the classes, labels or values
  std::int64_t outputs = 1;                  ///< of the model
  bool exclusive = false;                    ///< exactly one class is true
  std::optional<std::size_t> positive = {};  ///< of two classes, the number of the one whose sensitivity is reported
  ScoreKind scores = ScoreKind::kProbability;
  std::vector<std::string> score_names = {};  ///< of the columns of Task::scores(); empty: `names`
  std::string loss = "loss";                  ///< the metric that is the loss
  std::string best_by = "loss";               ///< the metric that chooses the best checkpoint by default
};

/// Gaps of some samples, in sentences without their full stops.
struct Gaps {
  std::vector<std::string> undefined = {};    ///< why metrics are undefined, for any predictions; what means exclude
  std::vector<std::string> unanswered = {};   ///< why metrics are undefined for these predictions
  std::vector<std::string> unlearnable = {};  ///< what cannot be learnt from them
  std::string constant = {};                  ///< what is the same in all of them, so that nothing can be learnt; else empty
};

/// A learning task: defines the loss, the record of each sample, and the metrics that are computed from records. Const once made, and safe
/// to share between threads.
///
/// A record is kept of each sample after the model's forward pass: record_size() numbers from which all metrics are computed, independent
/// of the size of outputs and targets.
class Task {
 public:
  virtual ~Task() = default;

  const TaskFacts& facts() const { return facts_; }
  const std::string& name() const { return facts_.name; }
  std::int64_t outputs() const { return facts_.outputs; }
  bool exclusive() const { return facts_.exclusive; }
  const std::vector<std::string>& names() const { return facts_.names; }
  const std::vector<std::string>& score_names() const { return facts_.score_names.empty() ? facts_.names : facts_.score_names; }

  /// Weighted loss of each sample, [n], with gradient. `outputs` [n, outputs()] of floating point as returned by the model, `targets` as in
  /// data::Samples, on the same device.
  virtual at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const = 0;

  /// The addend of each sample to the divisor of the summed losses, [n] f32; undefined if each is 1.
  virtual at::Tensor weights(const at::Tensor& targets) const = 0;

  /// Sum of losses(), a scalar with gradient: of the main outputs, and of the auxiliary ones with weights of 1/2, 1/4 … in order (deep
  /// supervision, weighted as in Isensee et al., "nnU-Net", 2021). The trainer divides by the global sum of weight(), so that lanes of
  /// any size add up.
  at::Tensor loss(const models::Outputs& outputs, const at::Tensor& targets) const;

  /// Sum of weights(): n if no class is weighted.
  double weight(const at::Tensor& targets) const;

  /// The predictions for the user: [n, a column for each of score_names()], of the type of `outputs`. A sample's do not depend on the
  /// others.
  virtual at::Tensor scores(const at::Tensor& outputs) const = 0;

  /// The predicted class, [n] i64; undefined if the task has no exclusive classes.
  virtual at::Tensor decisions(const at::Tensor& /*scores*/) const { return {}; }

  virtual std::int64_t record_size() const = 0;

  /// [n, record_size()] f64 on the CPU, as both arguments are. `outputs` undefined: the values that depend on targets only. `targets`
  /// undefined: the values that depend on outputs only. A sample's record does not depend on the others.
  virtual at::Tensor records(const at::Tensor& outputs, const at::Tensor& targets) const = 0;

  /// The metrics used in training, the loss first, in f64 and in a fixed order. Without records all are undefined. Averages over
  /// classes, labels or values are macro averages over those for which the metric is defined.
  virtual std::vector<Measure> metrics(const at::Tensor& records) const = 0;

  /// Additional metrics of a report. `prevalence`: of the positive class, where the model is to be used: adds metrics for it.
  virtual std::vector<Measure> further_measures(const at::Tensor& /*records*/, std::optional<double> /*prevalence*/) const { return {}; }

  /// [classes, classes] i64, rows true, columns predicted; undefined if the task has no exclusive classes.
  virtual at::Tensor confusion(const at::Tensor& /*records*/) const { return {}; }

  virtual Gaps gaps(const at::Tensor& records) const = 0;

 protected:
  explicit Task(TaskFacts facts) : facts_(std::move(facts)) {}

 private:
  TaskFacts facts_;
};

/// The task named by `options` and the data set. `training`: the samples over which balanced weights are counted. Throws galen::UsageError
/// for a task that does not fit the targets.
std::unique_ptr<Task> make_task(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training,
                                models::OutputForm form);

/// The same options with everything determined from the data: neither auto nor balanced, and with a target scale. Recorded in
/// checkpoints.
TaskOptions resolve(const TaskOptions& options, const data::Dataset& dataset, std::span<const std::int64_t> training);

/// The task of a saved model, for any data: `options` as returned by resolve(), `names` as in Task::names().
std::unique_ptr<Task> make_task(const TaskOptions& options, const std::vector<std::string>& names, models::OutputForm form);

/// The shape without the task, which needs the model's output form: for building the model.
TaskShape task_shape(const TaskOptions& options, const data::Dataset& dataset);

/// The task's metrics without values: their names, and whether a larger value is better.
std::vector<Measure> unmeasured(const Task& task);

}  // namespace galen::trainer
