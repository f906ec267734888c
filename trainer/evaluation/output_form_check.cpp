#include "trainer/evaluation/output_form_check.h"

#include "data/loader.h"
#include "galen/error.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/sum.h>

#include <algorithm>
#include <vector>

namespace galen::trainer {

namespace {

constexpr std::int64_t kSamples = 32;
constexpr double kExtreme = 1000;  // pushes logits out of 0 … 1
constexpr double kRounding = 1e-3;

bool look_like_probabilities(const at::Tensor& outputs, bool exclusive) {
  if (outputs.lt(0).logical_or(outputs.gt(1)).any().item<bool>() || outputs.isnan().any().item<bool>()) return false;
  return !exclusive || outputs.size(1) == 1 || outputs.sum(1).sub(1).abs().max().item<double>() < kRounding;
}

Inputs multiplied(Inputs inputs, double factor) {
  for (Input& input : inputs) {
    if (input.values.is_floating_point()) input.values = input.values.mul(factor);
  }
  return inputs;
}

void check_shape(const at::Tensor& outputs, std::int64_t samples, const Task& task) {
  if (outputs.dim() == 2 && outputs.size(0) == samples && outputs.size(1) == task.outputs()) return;
  const bool two_for_binary = task.facts().positive && task.outputs() == 1 && outputs.dim() == 2 && outputs.size(1) == 2;
  throw Error("the model gives [{}] for {} samples, but task {} needs [{}, {}]{}.", fmt::join(outputs.sizes(), ", "), samples, task.name(),
              samples, task.outputs(), two_for_binary ? ". Two outputs for two classes: set task.name = multiclass" : "");
}

}  // namespace

std::string output_form_note(models::Model& model, const Task& task, const PreparedData& data, at::Device device) {
  const at::NoGradGuard no_gradients;
  const auto count = std::min<std::size_t>(data.training.size(), kSamples);
  data::Loader loader(data.dataset, {data.training.begin(), data.training.begin() + static_cast<std::ptrdiff_t>(count)}, data.preparations,
                      {.batch = kSamples, .shuffle = false});
  model.set_training(false);
  bool probabilities = model.output_form() == models::OutputForm::kLogits && task.facts().scores == ScoreKind::kProbability;
  for (const data::Batch& batch : loader.epoch(0)) {
    const Inputs inputs = batch.samples.inputs.to(device);
    const at::Tensor outputs = model.forward(inputs).main;
    check_shape(outputs, batch.samples.size(), task);
    probabilities = probabilities && look_like_probabilities(outputs, task.exclusive());
    if (!probabilities || std::ranges::none_of(inputs, [](const Input& one) { return one.values.is_floating_point(); })) continue;
    probabilities = look_like_probabilities(model.forward(multiplied(inputs, kExtreme)).main, task.exclusive()) &&
                    look_like_probabilities(model.forward(multiplied(inputs, -kExtreme)).main, task.exclusive());
  }
  model.set_training(true);
  if (!probabilities) return {};
  return fmt::format(
      "the module's first outputs are all from 0 to 1{}, as after a final {}, but are used as logits. If it ends in one, set "
      "model.output = probabilities; else model.output = logits.",
      task.outputs() > 1 && task.exclusive() ? " and sum to 1" : "", task.outputs() > 1 && task.exclusive() ? "softmax" : "sigmoid");
}

}  // namespace galen::trainer
