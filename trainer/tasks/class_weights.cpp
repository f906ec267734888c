#include "trainer/tasks/class_weights.h"

#include "galen/error.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/empty.h>

#include <fmt/ranges.h>

#include <charconv>
#include <cmath>

namespace galen::trainer {
namespace {

[[noreturn]] void reject(const std::string& text, const std::vector<std::string>& names) {
  throw UsageError("task.class_weights = {}: expected {} positive numbers, one for each of {}, or balanced", text, names.size(),
                   fmt::join(names, ", "));
}

[[noreturn]] void cannot_balance(const std::string& what, const std::string& name) {
  throw Error("task.class_weights = balanced: the training split has no {} {}; set the weights as numbers, or remove the key", what, name);
}

}  // namespace

std::vector<double> parse_class_weights(const std::string& text, const std::vector<std::string>& names) {
  const std::string_view separators = ", \t";
  std::vector<double> weights;
  for (std::size_t begin = text.find_first_not_of(separators); begin != std::string::npos;) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    double weight = 0;
    const auto [stop, error] = std::from_chars(text.data() + begin, text.data() + end, weight);
    if (error != std::errc() || stop != text.data() + end || !std::isfinite(weight) || weight <= 0) reject(text, names);
    weights.push_back(weight);
    begin = text.find_first_not_of(separators, end);
  }
  if (!weights.empty() && weights.size() != names.size()) reject(text, names);
  return weights;
}

std::string format_class_weights(std::span<const double> weights) { return fmt::format("{}", fmt::join(weights, ", ")); }

std::vector<double> balanced_class_weights(const at::Tensor& targets, const std::vector<std::string>& names) {
  std::vector<std::int64_t> counts(names.size());
  const auto classes = targets.accessor<std::int64_t, 1>();
  for (std::int64_t i = 0; i < classes.size(0); ++i) ++counts.at(static_cast<std::size_t>(classes[i]));

  std::vector<double> weights;
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (counts[c] == 0) cannot_balance("sample of class", names[c]);
    weights.push_back(static_cast<double>(classes.size(0)) / static_cast<double>(static_cast<std::int64_t>(names.size()) * counts[c]));
  }
  return weights;
}

std::vector<double> balanced_label_weights(const at::Tensor& targets, const std::vector<std::string>& names) {
  const auto labels = targets.accessor<float, 2>();
  std::vector<double> weights;
  for (std::int64_t k = 0; k < labels.size(1); ++k) {
    std::int64_t positives = 0;
    std::int64_t known = 0;
    for (std::int64_t i = 0; i < labels.size(0); ++i) {
      positives += labels[i][k] > 0.5F;
      known += !std::isnan(labels[i][k]);
    }
    if (positives == 0) cannot_balance("positive of label", names.at(static_cast<std::size_t>(k)));
    weights.push_back(static_cast<double>(known - positives) / static_cast<double>(positives));
  }
  return weights;
}

at::Tensor weight_tensor(std::span<const double> weights) {
  if (weights.empty()) return {};
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(weights.size())}, at::kFloat);
  std::copy(weights.begin(), weights.end(), tensor.mutable_data_ptr<float>());
  return tensor;
}

}  // namespace galen::trainer
