#include "trainer/tasks/undefined.h"

#include <ATen/core/TensorAccessor.h>
#include <ATen/ops/zeros.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace galen::trainer {
namespace {

constexpr std::size_t kMostNamed = 8;

template <typename Holds>
std::vector<std::string> names_where(const std::vector<Sides>& sides, Holds holds) {
  std::vector<std::string> names;
  for (const Sides& one : sides) {
    if (holds(one)) names.push_back(one.name);
  }
  return names;
}

const char* plural(std::size_t count) { return count == 1 ? "" : "s"; }

std::vector<std::string> reasons_of_classes(const Task& task, const std::vector<Sides>& sides, std::int64_t samples) {
  const auto present = names_where(sides, [](const Sides& one) { return one.positives > 0; });
  const auto absent = names_where(sides, [](const Sides& one) { return one.positives == 0; });
  if (absent.empty() || samples == 0) return {};
  const std::string missing = fmt::format("no sample is of the class{} {}", absent.size() == 1 ? "" : "es", listed(absent));
  if (present.size() > 1) {
    return {fmt::format("{}: auc and sensitivity are means over the other {} classes", missing, present.size())};
  }
  const char* also = task.name() != "binary" ? "" : sides.back().positives == 0 ? " and sensitivity" : " and specificity";
  const std::string others = samples == 1 ? "the only one is" : fmt::format("all {} are", samples);
  return {fmt::format("{}, {} of {}: auc{} {} undefined", missing, others, present.front(), also, *also == '\0' ? "is" : "are")};
}

std::vector<std::string> reasons_of_labels(const std::vector<Sides>& sides) {
  const auto without = [&](auto holds, const char* what, const char* also) -> std::vector<std::string> {
    const auto names = names_where(sides, holds);
    if (names.empty()) return {};
    const bool all = names.size() == sides.size();
    return {fmt::format("no {} sample of the label{} {}: auc and {} are undefined{}", what, plural(names.size()), listed(names), also,
                        all ? "" : " there, and the means leave them out")};
  };
  auto reasons = without([](const Sides& one) { return one.positives == 0; }, "positive", "sensitivity");
  const auto more = without([](const Sides& one) { return one.negatives == 0; }, "negative", "specificity");
  reasons.insert(reasons.end(), more.begin(), more.end());
  return reasons;
}

std::vector<std::string> reasons_of_values(const Task& task, const at::Tensor& targets) {
  const auto names = constant_values(task, targets);
  if (names.empty()) return {};
  const bool all = names.size() == task.names().size();
  return {fmt::format("the target{} {} {} the same value in all {} samples: r2 is undefined{}", plural(names.size()), listed(names),
                      names.size() == 1 ? "has" : "have", targets.size(0), all ? "" : " there, and the mean leaves it out")};
}

}  // namespace

std::set<std::string> undefined_metrics(const Task& task, const at::Tensor& targets) {
  std::set<std::string> names;
  const at::Tensor scores = at::zeros({targets.size(0), task.outputs()});
  for (const Measure& metric : task.metrics(scores, targets)) {
    if (std::isnan(metric.value)) names.insert(metric.name);
  }
  return names;
}

std::vector<std::string> undefined_reasons(const Task& task, const at::Tensor& targets) {
  if (task.name() == "regression") return reasons_of_values(task, targets);
  const std::vector<Sides> sides = count_sides(task, targets);
  return task.exclusive() ? reasons_of_classes(task, sides, targets.size(0)) : reasons_of_labels(sides);
}

std::vector<Sides> count_sides(const Task& task, const at::Tensor& targets) {
  std::vector<Sides> sides;
  if (task.name() == "regression") return sides;
  for (const std::string& name : task.names()) sides.push_back({name});
  if (task.exclusive()) {
    const auto classes = targets.accessor<std::int64_t, 1>();
    for (std::int64_t i = 0; i < classes.size(0); ++i) ++sides.at(static_cast<std::size_t>(classes[i])).positives;
    for (Sides& one : sides) one.negatives = classes.size(0) - one.positives;
    return sides;
  }
  const auto labels = targets.accessor<float, 2>();
  for (std::int64_t i = 0; i < labels.size(0); ++i) {
    for (std::size_t k = 0; k < sides.size(); ++k) {
      sides[k].positives += labels[i][k] == 1;
      sides[k].negatives += labels[i][k] == 0;
    }
  }
  return sides;
}

std::vector<std::string> constant_values(const Task& task, const at::Tensor& targets) {
  const at::Tensor columns = targets.to(at::kFloat).reshape({targets.size(0), -1});
  const auto value = columns.accessor<float, 2>();
  std::vector<std::string> names;
  for (std::int64_t k = 0; k < value.size(1); ++k) {
    bool varies = false;
    for (std::int64_t i = 1; i < value.size(0); ++i) varies |= value[i][k] != value[0][k];
    if (!varies) names.push_back(task.names()[static_cast<std::size_t>(k)]);
  }
  return names;
}

std::string listed(const std::vector<std::string>& names) {
  if (names.size() == 1) return names.front();
  const std::size_t shown = std::min(names.size(), kMostNamed);
  const bool all = shown == names.size();
  const std::span<const std::string> first(names.data(), all ? shown - 1 : shown);
  return fmt::format("{} and {}", fmt::join(first, ", "), all ? names.back() : fmt::format("{} more", names.size() - shown));
}

}  // namespace galen::trainer
