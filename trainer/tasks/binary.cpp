#include "trainer/measures/measures.h"
#include "trainer/measures/yes_or_no.h"
#include "trainer/tasks/classification.h"
#include "trainer/tasks/task_table.h"

#include <ATen/core/Reduction.h>
#include <ATen/ops/binary_cross_entropy.h>
#include <ATen/ops/binary_cross_entropy_with_logits.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/sigmoid.h>

#include <utility>

namespace galen::trainer {
namespace {

class Binary : public Classification {
 public:
  using Classification::Classification;

  std::string name() const override { return "binary"; }
  std::int64_t outputs() const override { return 1; }

  at::Tensor losses(const at::Tensor& outputs, const at::Tensor& targets) const override {
    const at::Tensor output = outputs.squeeze(1);
    const at::Tensor truth = targets.to(at::kFloat);
    if (logits()) {
      return at::binary_cross_entropy_with_logits(output, truth, weights(targets), /*pos_weight=*/{}, at::Reduction::None);
    }
    return at::binary_cross_entropy(output.clamp(kProbabilityMargin, 1 - kProbabilityMargin), truth, weights(targets), at::Reduction::None);
  }

  at::Tensor scores(const at::Tensor& outputs) const override { return logits() ? outputs.sigmoid() : outputs; }

  std::vector<Measure> metrics(const at::Tensor& scores, const at::Tensor& targets) const override {
    const SharedCalls calls = calls_of(scores, targets);
    const std::int64_t samples = calls->samples();
    return {share_measure("accuracy", {is_right(calls)}, samples), area_measure("auc", {curve_of(scores, *calls)}),
            share_measure("sensitivity", {is_found(calls)}, samples), share_measure("specificity", {is_spared(calls)}, samples)};
  }

  std::vector<Measure> further_measures(const at::Tensor& scores, const at::Tensor& targets) const override {
    const SharedCalls calls = calls_of(scores, targets);
    const std::int64_t samples = calls->samples();
    std::vector<Measure> measures = {share_measure("ppv", {is_rightly_called(calls)}, samples),
                                     share_measure("npv", {is_rightly_spared(calls)}, samples),
                                     share_measure("balanced_accuracy", {is_found(calls), is_spared(calls)}, samples),
                                     average_precision_measure("average_precision", curve_of(scores, *calls))};
    for (Measure& each : agreement_measures(*calls)) measures.push_back(std::move(each));
    for (Measure& each : brier_measures(*calls, scores.const_data_ptr<float>(), scores.stride(0))) measures.push_back(std::move(each));
    return measures;
  }

 private:
  static SharedCalls calls_of(const at::Tensor& scores, const at::Tensor& targets) {
    const Decisions decisions = decide(scores, targets);
    return std::make_shared<Calls>(
        Calls{{decisions.truth.begin(), decisions.truth.end()}, {decisions.predicted.begin(), decisions.predicted.end()}});
  }

  static std::shared_ptr<const Roc> curve_of(const at::Tensor& scores, const Calls& calls) {
    return std::make_shared<Roc>(scores.const_data_ptr<float>(), scores.stride(0), calls.truth);
  }
};

}  // namespace

std::unique_ptr<Task> make_binary(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Binary>(std::move(names), weights, form);
}

}  // namespace galen::trainer
