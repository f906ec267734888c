#include "trainer/measures/measures.h"
#include "trainer/measures/statistics/mean_of_defined.h"
#include "trainer/tasks/gaps.h"
#include "trainer/tasks/scored_task.h"
#include "trainer/tasks/task_table.h"

#include <ATen/core/Reduction.h>
#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mse_loss.h>

#include <cmath>
#include <limits>
#include <utility>

namespace galen::trainer {
namespace {

// The data for the metrics of one target.
struct Column {
  Addends squared_errors, absolute_errors;
  Addends deviations, squared_deviations;  // of the true values, from their mean
};

Column column(const at::Tensor& scores, const at::Tensor& values, std::int64_t k) {
  const auto score = scores.accessor<double, 2>();
  const auto value = values.accessor<double, 2>();
  const std::int64_t samples = score.size(0);
  double mean = 0;
  bool varies = false;
  for (std::int64_t i = 0; i < samples; ++i) {
    mean += value[i][k] / static_cast<double>(samples);
    varies |= value[i][k] != value[0][k];
  }
  if (!varies && samples > 0) mean = value[0][k];  // so that deviations are 0, without rounding errors
  const auto error = [&](std::int64_t i) { return value[i][k] - score[i][k]; };
  const auto deviation = [&](std::int64_t i) { return value[i][k] - mean; };
  return {addends(samples, [&](std::int64_t i) { return error(i) * error(i); }),
          addends(samples, [&](std::int64_t i) { return std::abs(error(i)); }), addends(samples, deviation),
          addends(samples, [&](std::int64_t i) { return deviation(i) * deviation(i); })};
}

// NaN if the true values do not vary, for example if a resample has drawn one value repeatedly.
double r2(double samples, double squared_errors, double deviations, double squared_deviations) {
  const double total = squared_deviations - deviations * deviations / samples;
  return total > 1e-12 * squared_deviations ? 1 - squared_errors / total : std::numeric_limits<double>::quiet_NaN();
}

// The mean over targets. Sums: the number of samples, then the errors of each target.
Measure mean_over_targets(std::string name, std::int64_t samples, const std::vector<Column>& columns, Addends Column::*errors) {
  Formula formula{samples, {nullptr}, [](std::span<const double> sums) {
                    double mean = 0;
                    for (const double sum : sums.subspan(1)) mean += sum / sums[0] / static_cast<double>(sums.size() - 1);
                    return mean;
                  }};
  for (const Column& column : columns) formula.addends.push_back(column.*errors);
  return formula_measure(std::move(name), std::move(formula), Direction::kSmallerIsBetter);
}

Measure mean_r2(std::string name, std::int64_t samples, const std::vector<Column>& columns) {
  Formula formula{samples, {nullptr}, [](std::span<const double> sums) {
                    MeanOfDefined mean;
                    for (std::size_t i = 1; i < sums.size(); i += 3) mean.add(r2(sums[0], sums[i], sums[i + 1], sums[i + 2]));
                    return mean.value();
                  }};
  for (const Column& column : columns) {
    formula.addends.insert(formula.addends.end(), {column.squared_errors, column.deviations, column.squared_deviations});
  }
  return formula_measure(std::move(name), std::move(formula), Direction::kLargerIsBetter);
}

// `suffix`: of the names.
std::vector<Measure> figures_of(std::int64_t samples, const std::vector<Column>& columns, const std::string& suffix) {
  return {mean_over_targets("mean_squared_error" + suffix, samples, columns, &Column::squared_errors),
          mean_over_targets("mean_absolute_error" + suffix, samples, columns, &Column::absolute_errors),
          mean_r2("r2" + suffix, samples, columns)};
}

// The loss is the mean squared error of the targets, unless they are standardised.
class Regression : public ScoredTask {
 public:
  Regression(const std::vector<std::string>& names, TargetScale scale)
      : ScoredTask({.name = "regression",
                    .names = names,
                    .outputs = static_cast<std::int64_t>(names.size()),
                    .scores = ScoreKind::kValue,
                    .loss = scale.empty() ? "mean_squared_error" : "loss",
                    .best_by = scale.empty() ? "mean_squared_error" : "loss"},
                   /*targets=*/static_cast<std::int64_t>(names.size())),
        scale_(std::move(scale)) {}

  // Class numbers [n] i64 are also values.
  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor values = targets.to(outputs.scalar_type()).reshape({targets.size(0), this->outputs()});
    return at::mse_loss(outputs, standardized(values, scale_), at::Reduction::None).mean(1);
  }

  at::Tensor weights(const at::Tensor&) const override { return {}; }

  at::Tensor scores(const at::Tensor& outputs) const override { return in_own_units(outputs, scale_); }

 protected:
  Gaps target_gaps(const at::Tensor& targets) const override { return gaps_of_values(facts(), targets); }

  std::vector<Measure> figures(const at::Tensor& records) const override {
    std::vector<Column> columns;
    for (std::int64_t k = 0; k < outputs(); ++k) columns.push_back(column(scores_in(records), targets_in(records), k));
    const std::int64_t samples = records.size(0);
    std::vector<Measure> metrics = figures_of(samples, columns, "");
    if (columns.size() == 1) return metrics;
    for (std::size_t k = 0; k < columns.size(); ++k) {
      for (Measure& each : figures_of(samples, {columns[k]}, "." + names()[k])) metrics.push_back(std::move(each));
    }
    return metrics;
  }

 private:
  TargetScale scale_;
};

}  // namespace

std::unique_ptr<Task> make_regression(const std::vector<std::string>& names, TargetScale scale) {
  return std::make_unique<Regression>(names, std::move(scale));
}

}  // namespace galen::trainer
