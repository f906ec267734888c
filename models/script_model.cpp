#include "models/script_model.h"

#include "galen/error.h"
#include "galen/missing_file.h"
#include "models/named_tensors.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/serialization/import.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace galen::models {
namespace {

constexpr std::int64_t kTrialSamples = 2;

NamedTensors tensors_of(const torch::jit::Module& module) {
  std::vector<NamedTensor> parameters, buffers;
  for (const auto& parameter : module.named_parameters()) parameters.push_back({parameter.name, parameter.value});
  for (const auto& buffer : module.named_buffers()) buffers.push_back({buffer.name, buffer.value});
  return sort_tensors(parameters, buffers);
}

// Tensors that forward() must be given.
std::size_t arguments_of(const torch::jit::Module& module) {
  const auto method = module.find_method("forward");
  if (!method) return 0;
  const std::vector<c10::Argument>& arguments = method->function().getSchema().arguments();  // self among them
  return static_cast<std::size_t>(std::ranges::count_if(arguments, [](const c10::Argument& one) { return !one.default_value(); })) - 1;
}

at::Tensor length_of(const Input& input) {
  if (input.length.defined()) return input.length;
  return at::full({input.values.size(0)}, input.values.size(-1), input.values.options().dtype(at::kLong));
}

at::Tensor presence_of(const Input& input) {
  if (input.present.defined()) return input.present;
  return at::full({input.values.size(0)}, true, input.values.options().dtype(at::kBool));
}

class ScriptModel : public Model {
 public:
  ScriptModel(torch::jit::Module module, OutputForm form) : module_(std::move(module)), form_(form), arguments_(arguments_of(module_)) {}

  Outputs forward(const Inputs& inputs) override { return run(inputs).toTensor(); }

  std::size_t arguments() const { return arguments_; }

  // TorchScript's optimiser rewrites a graph once it has seen it run a few times, and so may change the last bits; how often a worker has
  // run it depends on the number of workers.
  c10::IValue run(const Inputs& inputs) {
    std::vector<c10::IValue> given;
    for (const Input& input : inputs) given.emplace_back(input.values);
    if (arguments_ >= 2 * inputs.size()) {
      for (const Input& input : inputs) given.emplace_back(length_of(input));
    }
    if (arguments_ >= 3 * inputs.size()) {
      for (const Input& input : inputs) given.emplace_back(presence_of(input));
    }
    const torch::jit::GraphOptimizerEnabledGuard unoptimized(false);
    return module_.forward(std::move(given));
  }

  std::vector<NamedTensor> parameters() const override { return tensors_of(module_).parameters; }
  std::vector<NamedTensor> buffers() const override { return tensors_of(module_).buffers; }
  void set_training(bool training) override { module_.train(training); }
  void to(at::Device device) override { module_.to(device); }
  OutputForm output_form() const override { return form_; }

  std::vector<LayerRow> layers() const override {
    std::vector<LayerRow> rows;
    const auto add = [&rows](const std::string& name, const NamedTensors& tensors) {
      LayerRow& row = rows.emplace_back(LayerRow{name, {}, 0});
      for (const NamedTensor& parameter : tensors.parameters) row.parameters += parameter.tensor.numel();
    };
    for (const auto& child : module_.named_children())
      add(fmt::format("{} ({})", child.name, kind_of(child.value)), tensors_of(child.value));
    std::vector<NamedTensor> own;
    for (const auto& parameter : module_.named_parameters(/*recurse=*/false)) own.push_back({parameter.name, parameter.value});
    if (!own.empty()) add(kind_of(module_), sort_tensors(own, {}));
    return rows;
  }

 private:
  static std::string kind_of(const torch::jit::Module& module) { return module.type()->name()->name(); }

  torch::jit::Module module_;
  OutputForm form_;
  std::size_t arguments_;
};

// TorchScript puts its own trace first and the reason last.
std::string reason(const std::exception& error) {
  const auto* detailed = dynamic_cast<const c10::Error*>(&error);
  std::string_view text = detailed ? detailed->what_without_backtrace() : error.what();
  text = text.substr(0, text.find_last_not_of(" \n") + 1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

torch::jit::Module read(const std::string& path, const std::string* bytes) {
  if (bytes == nullptr && !std::filesystem::is_regular_file(path)) {
    throw MissingFile("model.name = file:{}: there is no such file.", path);
  }
  try {
    if (bytes == nullptr) return torch::jit::load(path, at::kCPU);
    std::istringstream file(*bytes);
    return torch::jit::load(file, at::kCPU);
  } catch (const std::exception& error) {
    throw Error(
        "{}: not a TorchScript module ({}). Save one in Python with torch.jit.script(network).save(\"{}\"); torch.save writes another "
        "format.",
        path, reason(error), std::filesystem::path(path).filename().string());
  }
}

void check_parameters(const std::string& path, const ScriptModel& model) {
  const std::vector<NamedTensor> parameters = model.parameters();
  if (parameters.empty()) {
    throw Error("{}: the module has no trainable parameters. Save it before torch.jit.freeze, with requires_grad = True.", path);
  }
  for (const auto& [name, tensor] : parameters) {
    if (tensor.scalar_type() == at::kFloat) continue;
    throw Error("{}: parameter {} is of type {}, but Galen trains float32. Save network.float().", path, name,
                c10::toString(tensor.scalar_type()));
  }
}

std::vector<std::int64_t> trial_shape(const InputShape& shape) {
  std::vector<std::int64_t> sizes = {kTrialSamples};
  sizes.insert(sizes.end(), shape.sample.begin(), shape.sample.end());
  return sizes;
}

// Of texts the largest id, which must have its place in the module, too.
Inputs trial_inputs(const std::vector<InputShape>& shapes) {
  Inputs inputs;
  for (const InputShape& shape : shapes) {
    const std::vector<std::int64_t> sizes = trial_shape(shape);
    inputs.push_back({shape.vocabulary > 0 ? at::full(sizes, shape.vocabulary - 1, at::kLong) : at::zeros(sizes)});
  }
  return inputs;
}

std::string wanted_inputs(const std::vector<InputShape>& shapes) {
  std::vector<std::string> wanted;
  for (const InputShape& shape : shapes) {
    wanted.push_back(fmt::format("[{}]{}", fmt::join(trial_shape(shape), ", "),
                                 shape.vocabulary > 0 ? fmt::format(" i64 token ids below {}", shape.vocabulary) : ""));
  }
  return fmt::format("{}", fmt::join(wanted, ", "));
}

void check_arguments(const std::string& path, const ScriptModel& model, std::size_t inputs) {
  const std::size_t given = model.arguments();
  if (given == inputs || given == 2 * inputs || given == 3 * inputs) return;
  throw Error(
      "{}: forward takes {} tensors. For the {} input{} of the data set it takes the values of each; or these and then the lengths of "
      "each, [n] i64; or these and then which samples have each, [n] bool.",
      path, given, inputs, inputs == 1 ? "" : "s");
}

void check_shape(const std::string& path, ScriptModel& model, const ModelShape& shape) {
  const std::vector<InputShape> inputs = shape.inputs();
  const std::vector<std::int64_t> output = {kTrialSamples, shape.outputs};
  const std::string wanted = fmt::format("the data set needs {} → [{}] (samples first)", wanted_inputs(inputs), fmt::join(output, ", "));
  check_arguments(path, model, inputs.size());

  const at::NoGradGuard no_grad;
  model.set_training(false);
  c10::IValue result;
  try {
    result = model.run(trial_inputs(inputs));
  } catch (const std::exception& error) {
    throw Error("{}: {}, but the module fails on such an input: {}", path, wanted, reason(error));
  }
  if (!result.isTensor()) throw Error("{}: {}, but the module gives a {}.", path, wanted, result.tagKind());
  const at::Tensor& given = result.toTensor();
  if (given.scalar_type() != at::kFloat || given.sizes() != at::IntArrayRef(output)) {
    const bool two_for_binary = shape.exclusive && shape.outputs == 1 && given.dim() == 2 && given.size(1) == 2;
    throw Error("{}: {}, but the module gives {} [{}].{}", path, wanted, c10::toString(given.scalar_type()), fmt::join(given.sizes(), ", "),
                two_for_binary ? " Two outputs for two classes, such as a softmax gives, are task.name = multiclass." : "");
  }
  model.set_training(true);
}

}  // namespace

std::unique_ptr<Model> load_script(const std::string& path, const ModelOptions& options, const ModelShape& shape) {
  if (options.initialization != InitialWeights::kAuto || options.dropout != 0 || options.batch_norm || !options.hidden.empty() ||
      !options.filters.empty()) {
    throw UsageError(
        "model.name = file:{}: a TorchScript module is trained as it was saved; leave out model.initialization, model.dropout, "
        "model.batch_norm, model.hidden and model.filters.",
        path);
  }
  auto model = std::make_unique<ScriptModel>(
      read(path, options.script.get()), options.output == OutputChoice::kProbabilities ? OutputForm::kProbabilities : OutputForm::kLogits);
  check_parameters(path, *model);
  check_shape(path, *model, shape);
  return model;
}

}  // namespace galen::models
