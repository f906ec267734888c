#include "trainer/tasks/counts.h"
#include "trainer/tasks/task_table.h"

#include <ATen/core/Reduction.h>
#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/mean.h>
#include <ATen/ops/mse_loss.h>

#include <cmath>
#include <utility>

namespace galen::trainer {
namespace {

// Class numbers [n] i64 are values too.
at::Tensor as_values(const at::Tensor& targets) { return targets.to(at::kFloat).reshape({targets.size(0), -1}); }

struct Column {
  std::vector<double> predicted;
  std::vector<double> truth;
};

Column column(const at::Tensor& scores, const at::Tensor& values, std::int64_t k) {
  const auto score = scores.accessor<float, 2>();
  const auto value = values.accessor<float, 2>();
  Column result;
  for (std::int64_t i = 0; i < score.size(0); ++i) {
    result.predicted.push_back(score[i][k]);
    result.truth.push_back(value[i][k]);
  }
  return result;
}

struct Fit {
  double mean_squared_error;
  double mean_absolute_error;
  double r2;  // NaN where the true values do not vary
};

Fit fit(const Column& column, std::span<const std::int64_t> multiplicity) {
  double samples = 0;
  double sum = 0;
  for (std::size_t i = 0; i < multiplicity.size(); ++i) {
    samples += static_cast<double>(multiplicity[i]);
    sum += static_cast<double>(multiplicity[i]) * column.truth[i];
  }
  double residual = 0;
  double absolute = 0;
  double total = 0;
  for (std::size_t i = 0; i < multiplicity.size(); ++i) {
    const double error = column.truth[i] - column.predicted[i];
    const double deviation = column.truth[i] - sum / samples;
    residual += static_cast<double>(multiplicity[i]) * error * error;
    absolute += static_cast<double>(multiplicity[i]) * std::abs(error);
    total += static_cast<double>(multiplicity[i]) * deviation * deviation;
  }
  return {residual / samples, absolute / samples, total > 0 ? 1 - residual / total : std::numeric_limits<double>::quiet_NaN()};
}

class Regression : public Task {
 public:
  Regression(std::vector<std::string> names, TargetScale scale) : Task(std::move(names)), scale_(std::move(scale)) {}

  std::string name() const override { return "regression"; }
  std::int64_t outputs() const override { return static_cast<std::int64_t>(names().size()); }
  bool exclusive() const override { return false; }

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    return at::mse_loss(outputs, standardized(as_values(targets), scale_), at::Reduction::None).mean(1);
  }

  at::Tensor weights(const at::Tensor&) const override { return {}; }

  at::Tensor scores(const at::Tensor& outputs) const override { return in_own_units(outputs, scale_); }

  // The mean squared error of the targets as they are.
  bool loss_is_a_metric() const override { return scale_.empty(); }

  Scorer metrics(const at::Tensor& scores, const at::Tensor& targets) const override {
    std::vector<Column> columns;
    for (std::int64_t k = 0; k < outputs(); ++k) columns.push_back(column(scores, as_values(targets), k));
    return [columns = std::move(columns), names = names()](std::span<const std::int64_t> multiplicity) -> std::vector<Metric> {
      double mean_squared_error = 0;
      double mean_absolute_error = 0;
      MeanOfDefined r2;
      std::vector<Metric> each;
      for (std::size_t k = 0; k < columns.size(); ++k) {
        const Fit fitted = fit(columns[k], multiplicity);
        mean_squared_error += fitted.mean_squared_error / static_cast<double>(columns.size());
        mean_absolute_error += fitted.mean_absolute_error / static_cast<double>(columns.size());
        r2.add(fitted.r2);
        each.push_back({"mean_squared_error." + names[k], fitted.mean_squared_error});
        each.push_back({"mean_absolute_error." + names[k], fitted.mean_absolute_error});
        each.push_back({"r2." + names[k], fitted.r2});
      }
      std::vector<Metric> metrics = {
          {"mean_squared_error", mean_squared_error}, {"mean_absolute_error", mean_absolute_error}, {"r2", r2.value()}};
      if (columns.size() > 1) metrics.insert(metrics.end(), each.begin(), each.end());
      return metrics;
    };
  }

  at::Tensor confusion(const at::Tensor&, const at::Tensor&) const override { return {}; }

 private:
  TargetScale scale_;
};

}  // namespace

std::unique_ptr<Task> make_regression(std::vector<std::string> names, TargetScale scale) {
  return std::make_unique<Regression>(std::move(names), std::move(scale));
}

}  // namespace galen::trainer
