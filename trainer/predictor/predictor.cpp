#include "trainer/predictor/predictor.h"

#include "comm/single_communicator.h"
#include "galen/error.h"
#include "models/factory.h"
#include "trainer/checkpoint/checkpoint.h"
#include "trainer/device/threads.h"
#include "trainer/options/recorded_run.h"
#include "trainer/resume/run_module.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/isfinite.h>
#include <ATen/ops/nonzero.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace galen::trainer {
namespace {

models::ModelShape shape_of(const Manifest& manifest, bool exclusive) {
  std::vector<models::InputShape> inputs;
  for (const InputRecord& input : manifest.inputs) {
    const auto vocabulary = input.vocabulary ? static_cast<std::int64_t>(input.vocabulary->tokens.size()) : 0;
    inputs.push_back({data::output_shape(input.preparation, input.shape), vocabulary});
  }
  return models::shape_of(inputs, manifest.outputs, exclusive);
}

std::unique_ptr<models::Model> build(const Checkpoint& checkpoint, const TaskOptions& task, std::vector<std::string>& notes) {
  const Manifest& manifest = checkpoint.manifest();
  // A program may record what it likes; settings are complete, but missing in older checkpoints.
  models::ModelOptions options =
      recorded_options(manifest.settings.empty() ? manifest.record : manifest.settings, checkpoint.folder()).model;
  RunModule module = module_of_checkpoint(checkpoint, options);
  if (!module.note.empty()) notes.push_back(module.note);
  options.script = std::move(module.bytes);
  const bool exclusive = task.own.name.empty() ? data::is_exclusive(task.kind) : task.own.shape.exclusive;
  return models::make_model(options, shape_of(manifest, exclusive), manifest.seed);
}

std::string name_of(const InputRecord& input, std::int64_t value) {
  const auto number = static_cast<std::size_t>(value);
  if (number < input.feature_names.size()) return fmt::format("feature '{}'", input.feature_names[number]);
  return fmt::format("value {}", value);
}

// The first value that is missing or infinite in a sample whose scores are NaN. Without one they stay NaN: the model gave them.
// `begin`: the number of the first sample.
void check_finite(const at::Tensor& scores, const Inputs& samples, const std::vector<InputRecord>& inputs, std::int64_t begin) {
  const std::optional<std::int64_t> found = first_nan(scores);
  if (!found) return;
  const std::int64_t row = *found;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (samples[i].present.defined() && !samples[i].present[row].item<bool>()) continue;
    const at::Tensor bad = samples[i].values[row].flatten().isfinite().logical_not();
    if (!bad.any().item<bool>()) continue;
    throw Error("sample {}, {}: NaN or infinite, which the run does not replace (data.impute). Leave the sample out, or supply the value.",
                begin + row, name_of(inputs[i], bad.nonzero()[0].item<std::int64_t>()));
  }
}

}  // namespace

Predictor::Predictor(const PredictorOptions& options, std::unique_ptr<models::Model> own_model)
    : Predictor(options, *comm::make_single_communicator(), std::move(own_model)) {}

Predictor::Predictor(const PredictorOptions& options, comm::Communicator& world, std::unique_ptr<models::Model> own_model)
    : checkpoint_(options.checkpoint), model_(std::move(own_model)) {
  const auto key = read_checkpoint_key(options.key_file);
  const Checkpoint checkpoint(options.checkpoint, key ? &*key : nullptr);
  manifest_ = checkpoint.manifest();
  for (const InputRecord& input : manifest_.inputs) preparations_.push_back(input.preparation);
  const TaskOptions learnt = with_own_task(manifest_.task, options.own_task, options.checkpoint);
  compute_ = select_device(options.device, world);
  set_threads(options.threads, manifest_.threads);  // those of the run, for the same bits

  if (!model_) model_ = build(checkpoint, learnt, notes_);
  model_->to(compute_.device);
  checkpoint.load_weights(weights_of(*model_));
  model_->set_training(false);
  task_ = make_task(learnt, manifest_.names, model_->output_form());
}

data::InputForm Predictor::form_of(std::size_t input) const {
  const InputRecord& record = manifest_.inputs[input];
  const std::string name = record.name.empty() ? fmt::format("input {}", input) : record.name;
  return {name, record.shape, record.vocabulary ? &*record.vocabulary : nullptr};
}

Inputs Predictor::prepared(const Inputs& samples) const {
  Inputs prepared;
  for (std::size_t i = 0; i < samples.size(); ++i) prepared.push_back(data::prepare(samples[i], form_of(i), preparations_[i]));
  return prepared;
}

at::Tensor Predictor::scores(const Inputs& samples) {
  const at::NoGradGuard no_gradients;
  if (samples.size() != manifest_.inputs.size()) {
    throw Error("{} inputs are given, but the model of {} expects {}.", samples.size(), checkpoint_, manifest_.inputs.size());
  }
  for (const Input& input : samples) {
    if (!input.values.defined() || input.values.dim() == 0) throw Error("an input has no values; [samples, …] is expected.");
  }
  const std::int64_t count = samples.samples();
  for (const Input& input : samples) {
    if (input.values.size(0) == count) continue;
    throw Error("the inputs are not of the same number of samples: {} and {}.", count, input.values.size(0));
  }
  // All samples at once, so that errors have a sample's number among them.
  for (std::size_t i = 0; i < samples.size(); ++i) data::check_samples(samples[i], form_of(i));
  std::vector<at::Tensor> parts;
  for (std::int64_t begin = 0; begin < count; begin += manifest_.evaluation_batch) {
    const Inputs batch = samples.rows({begin, std::min(begin + manifest_.evaluation_batch, count)});
    parts.push_back(task_->scores(main_outputs(*model_, prepared(batch), compute_.device)));
    check_finite(parts.back(), batch, manifest_.inputs, begin);
  }
  if (parts.empty()) {
    const auto type = preparations_.front().table ? at::kDouble : at::kFloat;
    return at::empty({0, static_cast<std::int64_t>(task_->score_names().size())}, type);
  }
  return at::cat(parts);
}

}  // namespace galen::trainer
