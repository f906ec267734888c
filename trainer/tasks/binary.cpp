#include "trainer/tasks/classification.h"
#include "trainer/tasks/counts.h"
#include "trainer/tasks/roc.h"
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

  Scorer metrics(const at::Tensor& scores, const at::Tensor& targets) const override {
    Decisions decisions = decide(scores, targets);
    const std::vector<std::uint8_t> positive(decisions.truth.begin(), decisions.truth.end());
    Roc roc(scores.const_data_ptr<float>(), scores.stride(0), positive);
    return [decisions = std::move(decisions), roc = std::move(roc)](std::span<const std::int64_t> multiplicity) -> std::vector<Metric> {
      Counts counts;
      for (std::size_t i = 0; i < multiplicity.size(); ++i)
        counts.add(decisions.truth[i] == 1, decisions.predicted[i] == 1, multiplicity[i]);
      return {{"accuracy", counts.accuracy()},
              {"auc", roc.area(multiplicity)},
              {"sensitivity", counts.sensitivity()},
              {"specificity", counts.specificity()}};
    };
  }
};

}  // namespace

std::unique_ptr<Task> make_binary(std::vector<std::string> names, const std::vector<double>& weights, models::OutputForm form) {
  return std::make_unique<Binary>(std::move(names), weights, form);
}

}  // namespace galen::trainer
