#include "trainer/tasks/scored_task.h"

#include "trainer/measures/measures.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/isfinite.h>

#include <limits>
#include <utility>

namespace galen::trainer {
namespace {

constexpr char kLoss[] = "loss";

Addends numbers_in(const at::Tensor& records, std::int64_t place) {
  const double* first = records.const_data_ptr<double>() + place * records.stride(1);
  const std::int64_t stride = records.stride(0);
  return addends(records.size(0), [&](std::int64_t sample) { return first[sample * stride]; });
}

}  // namespace

ScoredTask::ScoredTask(TaskFacts facts, std::int64_t targets)
    : Task(std::move(facts)), scores_(static_cast<std::int64_t>(score_names().size())), targets_(targets) {}

at::Tensor ScoredTask::records(const at::Tensor& outputs, const at::Tensor& targets) const {
  const at::NoGradGuard no_gradients;
  const std::int64_t samples = outputs.defined() ? outputs.size(0) : targets.size(0);
  at::Tensor records = at::full({samples, record_size()}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
  if (outputs.defined()) {
    TORCH_CHECK(outputs.dim() == 2 && outputs.size(1) == this->outputs(), "the model gave ", outputs.sizes(), " for ", samples,
                " samples and ", this->outputs(), " outputs");
    scores_in(records).copy_(scores(outputs));
  } else {
    scores_in(records).zero_();
  }
  if (!targets.defined()) return records;
  targets_in(records).copy_(targets.reshape({samples, targets_}));
  at::Tensor loss = records.select(1, scores_ + targets_);
  at::Tensor weight = records.select(1, scores_ + targets_ + 1);
  if (outputs.defined()) {
    loss.copy_(losses(outputs, targets));
  } else {
    loss.zero_();
  }
  const at::Tensor weighted = weights(targets);
  if (weighted.defined()) {
    weight.copy_(weighted);
  } else {
    weight.fill_(1);
  }
  return records;
}

// Summed in f64 and in sample order, for the same bits with any number of threads.
std::vector<Measure> ScoredTask::metrics(const at::Tensor& records) const {
  std::vector<Measure> metrics;
  if (facts().loss == kLoss) {
    const std::int64_t place = scores_ + targets_;
    const auto mean = [](std::span<const double> sums) { return sums[0] / sums[1]; };
    metrics.push_back(formula_measure(kLoss, {records.size(0), {numbers_in(records, place), numbers_in(records, place + 1)}, mean},
                                      Direction::kSmallerIsBetter));
  }
  for (Measure& figure : figures(records)) metrics.push_back(std::move(figure));
  return metrics;
}

Gaps ScoredTask::gaps(const at::Tensor& records) const {
  Gaps gaps = target_gaps(targets_in(records));
  if (!scores_in(records).isfinite().all().item<bool>()) {
    gaps.unanswered = {"figures are undefined, as the model's outputs are not finite"};
  }
  return gaps;
}

}  // namespace galen::trainer
