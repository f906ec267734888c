#include "trainer/linear/linear_learner.h"

#include "galen/error.h"
#include "trainer/learner/wishes.h"
#include "trainer/linear/report.h"
#include "trainer/samples/table_rows.h"

#include <ATen/ops/from_blob.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace galen::trainer {

namespace {

using linear::Kind;

void check_target(Kind kind, const Setting& setting) {
  const bool classes = setting.data.dataset->target_kind() == data::TargetKind::kClass && setting.task->exclusive();
  const bool values = setting.data.dataset->target_kind() == data::TargetKind::kValue;
  const std::string& name = setting.options.model.name;
  if (const std::string& own = setting.options.task.own.name; !own.empty()) {
    throw UsageError("model.name = {} is fitted by its own likelihood, not by the program's task '{}'. Networks learn such tasks.", name,
                     own);
  }
  if (kind == Kind::kLogistic && !classes) {
    throw UsageError("model.name = logistic is for exclusive classes, but the task is {}. For values use model.name = linear.",
                     setting.task->name());
  }
  if (kind != Kind::kLogistic && !values) {
    throw UsageError("model.name = {} is for values, but the task is {}. For classes use model.name = logistic.", name,
                     setting.task->name());
  }
  if (values && setting.task->outputs() != 1) {
    throw UsageError("model.name = {} is for one target, but dataset {} has {}. Name one at import, or start a run for each.", name,
                     setting.data.dataset->target_name(), setting.task->outputs());
  }
  if (!setting.compute.device.is_cpu()) {
    throw UsageError("model.name = {} is fitted on CPUs: set device = cpu.", name);
  }
}

double* data_of(models::Model& model, std::string_view name) {
  for (const models::NamedTensor& buffer : model.buffers()) {
    if (buffer.name == name) return buffer.tensor.mutable_data_ptr<double>();
  }
  return nullptr;
}

}  // namespace

LinearLearner::LinearLearner(Kind kind, const RegressionOptions& options, Setting& setting)
    : kind_(kind), inference_options_(options.inference), setting_(setting) {
  check_target(kind, setting);
  data::Preparation& preparation = setting.data.preparations.front();
  // Unscaled: a fit scales columns itself, and reports coefficients of unscaled columns.
  const TableDemands demands{.lanes = setting.lanes, .scaled = false, .threads = setting.threads};
  Table table = load_table(*setting.data.dataset, setting.data.training, setting.options.preparation, demands, *setting.workers);
  preparation_ = table.preparation;
  preparation.table = table.preparation;
  linear::FitSpecification what = specification(options.penalty, std::move(table.column_names));
  fit_ = std::make_unique<linear::Fit>(std::move(what), std::move(table.rows), *setting.workers, setting.threads);
  std::vector<double> flat = fit_->state().flat();
  fit_state_ = at::from_blob(flat.data(), {static_cast<std::int64_t>(flat.size())}, at::kDouble).clone();
  if (const TargetScale scale = resolve(setting.options.task, *setting.data.dataset, setting.data.training).target_scale; !scale.empty()) {
    double* target = data_of(model(), "target");
    target[0] = scale.mean.front();
    target[1] = scale.deviation.front();
  }
  write(fit_->coefficients());
}

linear::FitSpecification LinearLearner::specification(const PenaltyOptions& penalty, std::vector<std::string> columns) const {
  linear::FitSpecification what{.kind = kind_};
  what.penalty = {.l2 = penalty.l2, .l1 = penalty.l1, .firth = penalty.firth, .scale = preparation_.deviation};
  what.penalty.scale.resize(columns.size(), 1.0);  // indicators are not scaled
  what.names.columns = std::move(columns);
  const std::vector<std::string>& names = setting_.task->names();
  what.names.outputs = names;
  if (kind_ != Kind::kLogistic) return what;
  what.classes = static_cast<std::int64_t>(names.size());
  if (what.classes == 2 || !what.penalty.shrinks()) {
    what.names.reference = names.front();
    what.names.outputs.assign(names.begin() + 1, names.end());
  }
  return what;
}

std::vector<std::string> LinearLearner::introduction() const {
  return {fmt::format("lanes: {}; the same bits on 1 to {} workers and any number of threads.", setting_.lanes, setting_.lanes)};
}

Snapshot LinearLearner::state() { return {{weights_section(model()), Section{.name = "fit", .tensors = {{"state", fit_state_}}}}}; }

linear::FitState LinearLearner::saved_state() const {
  const std::span<const double> flat(fit_state_.const_data_ptr<double>(), static_cast<std::size_t>(fit_state_.numel()));
  return linear::FitState::from(flat, fit_->problem().family.outputs(), fit_->problem().rows.columns);
}

bool LinearLearner::completes_epoch(const TrainingState& state) const { return saved_state().converged || state.step >= kMostRounds; }

Round LinearLearner::next(const TrainingState& state, RoundHost& host) {
  host.timeline().enter(Phase::kForward);
  fit_->restore(saved_state());
  fit_->next();
  const linear::FitState& reached = fit_->state();
  if (reached.converged || state.step + 1 >= kMostRounds) inference_ = linear::infer(*fit_, inference_options_);

  Round round;
  round.wishes = agree(host.before_change(), *setting_.workers);
  std::vector<double> after = reached.flat();
  fit_state_.copy_(at::from_blob(after.data(), {static_cast<std::int64_t>(after.size())}, at::kDouble));
  write(fit_->coefficients());
  if (inference_) write_covariance(*inference_);
  round.loss = reached.objective;
  round.weight = static_cast<double>(fit_->problem().moments.rows);
  round.samples = fit_->problem().moments.rows;
  round.figures = {{"change", reached.change}, {"largest_gradient", reached.largest_gradient}};
  return round;
}

// Converts coefficients of unscaled columns to those of prepared ones. The reference class has zeros.
void LinearLearner::write(const std::vector<double>& plain) {
  double* weight = data_of(model(), "weight");
  double* bias = data_of(model(), "bias");
  const std::int64_t columns = fit_->problem().rows.columns;
  const std::int64_t outputs = static_cast<std::int64_t>(plain.size()) / (1 + columns);
  const std::int64_t first = setting_.outputs - outputs;  // 1 where a class of several is the reference
  for (std::int64_t output = 0; output < outputs; ++output) {
    const double* from = plain.data() + output * (1 + columns);
    double level = from[0];
    for (std::int64_t c = 0; c < columns; ++c) {
      const bool scaled = c < preparation_.features();
      weight[(first + output) * columns + c] = from[1 + c] * (scaled ? preparation_.deviation[c] : 1.0);
      if (scaled) level += from[1 + c] * preparation_.mean[c];
    }
    bias[first + output] = level;
  }
}

void LinearLearner::write_covariance(const linear::Inference& inference) {
  double* to = data_of(model(), "covariance");
  if (to == nullptr || !inference.covariance) return;
  const std::int64_t stride = setting_.outputs * (1 + fit_->problem().rows.columns);
  const std::int64_t offset = stride - inference.covariance->rows;
  for (std::int64_t row = 0; row < inference.covariance->rows; ++row) {
    std::copy_n(inference.covariance->row(row), inference.covariance->columns, to + (offset + row) * stride + offset);
  }
}

Findings LinearLearner::findings() {
  if (!inference_) {
    fit_->restore(saved_state());
    inference_ = linear::infer(*fit_, inference_options_);
  }
  return {linear::report_text(*fit_, *inference_), linear::report_json(*fit_, *inference_).dump(2) + "\n"};
}

}  // namespace galen::trainer
