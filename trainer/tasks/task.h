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

/// What others have to know of a task.
struct TaskFacts {
  std::string name;
  std::vector<std::string> names;            ///< of the classes, labels or values
  std::int64_t outputs = 1;                  ///< of the model
  bool exclusive = false;                    ///< exactly one class holds
  std::optional<std::size_t> positive = {};  ///< of two classes, the number of the one whose cases sensitivity counts
  ScoreKind scores = ScoreKind::kProbability;
  std::vector<std::string> score_names = {};  ///< of the columns of Task::scores(); empty: `names`
  std::string loss = "loss";                  ///< the metric that is the loss
  std::string best_by = "loss";               ///< the metric that chooses the best checkpoint where nobody names another
};

/// What some samples leave open, in sentences without their full stops.
struct Gaps {
  std::vector<std::string> undefined = {};    ///< why metrics are, whatever a model says of the samples; what means leave out
  std::vector<std::string> unanswered = {};   ///< why figures are undefined, given what the model says
  std::vector<std::string> unlearnable = {};  ///< what nobody can learn from them
  std::string constant = {};                  ///< what is the same in all of them, so that nothing can be learnt; else empty
};

/// What is learnt: owns the loss, what is kept of each sample, and the figures that are made from that. Const once made, and safe to share
/// between threads.
///
/// A record is what is kept of a sample when the model has seen it: record_size() numbers that all figures follow from, however large
/// outputs and targets are.
class Task {
 public:
  virtual ~Task() = default;

  const TaskFacts& facts() const { return facts_; }
  const std::string& name() const { return facts_.name; }
  std::int64_t outputs() const { return facts_.outputs; }
  bool exclusive() const { return facts_.exclusive; }
  const std::vector<std::string>& names() const { return facts_.names; }
  const std::vector<std::string>& score_names() const { return facts_.score_names.empty() ? facts_.names : facts_.score_names; }

  /// Weighted loss of each sample, [n], with gradient. `outputs` [n, outputs()] of floating point as the model gave them, `targets` as
  /// data::Samples has them, on the same device.
  virtual at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const = 0;

  /// What each sample adds to the number that the summed losses are divided by, [n] f32; undefined where each adds 1.
  virtual at::Tensor weights(const at::Tensor& targets) const = 0;

  /// Sum of losses(), a scalar with gradient: of the main outputs, and of the auxiliary ones with weights of 1/2, 1/4 … in their order
  /// (deep supervision, as Isensee et al., "nnU-Net", 2021, weigh it). The trainer divides by the global sum of weight(), so that lanes of
  /// any size add up.
  at::Tensor loss(const models::Outputs& outputs, const at::Tensor& targets) const;

  /// Sum of weights(): n where no class is weighted.
  double weight(const at::Tensor& targets) const;

  /// What a person reads: [n, a column for each of score_names()], of the type of `outputs`. A sample's do not depend on the others.
  virtual at::Tensor scores(const at::Tensor& outputs) const = 0;

  /// The class that `scores` speak for, [n] i64; undefined where the task has no exclusive classes.
  virtual at::Tensor decisions(const at::Tensor& /*scores*/) const { return {}; }

  virtual std::int64_t record_size() const = 0;

  /// [n, record_size()] f64 on the CPU, where both arguments are. `outputs` undefined: what follows from the targets alone, as of a model
  /// that says nothing. `targets` undefined: what follows from the outputs alone. A sample's record does not depend on the others.
  virtual at::Tensor records(const at::Tensor& outputs, const at::Tensor& targets) const = 0;

  /// The figures that training looks at, the loss first, in f64 and in a fixed order. Without records all are undefined. Averages over
  /// classes, labels or values are macro averages over those for which the metric is defined.
  virtual std::vector<Measure> metrics(const at::Tensor& records) const = 0;

  /// What a report says beyond them. `prevalence`: of the positive class, where the model is to be used: figures for there, too.
  virtual std::vector<Measure> further_measures(const at::Tensor& /*records*/, std::optional<double> /*prevalence*/) const { return {}; }

  /// [classes, classes] i64, rows true, columns predicted; undefined where the task has no exclusive classes.
  virtual at::Tensor confusion(const at::Tensor& /*records*/) const { return {}; }

  virtual Gaps gaps(const at::Tensor& records) const = 0;

 protected:
  explicit Task(TaskFacts facts) : facts_(std::move(facts)) {}

 private:
  TaskFacts facts_;
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

/// Needed to build a model before the model's output form is known: the same table, without a loss.
TaskShape task_shape(const TaskOptions& options, const data::Dataset& dataset);

/// The metrics of the task with nothing measured: their names, and whether a larger value of each is the better one.
std::vector<Measure> unmeasured(const Task& task);

}  // namespace galen::trainer
