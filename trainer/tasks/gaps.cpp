#include "trainer/tasks/gaps.h"

#include <ATen/core/TensorAccessor.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace galen::trainer {
namespace {

constexpr std::size_t kMostNamed = 8;

// The numbers of samples for which a class or label is true, and false. Unknown ones (NaN) count for neither.
struct Sides {
  std::string name;
  std::int64_t positives = 0;
  std::int64_t negatives = 0;
};

const char* plural(std::size_t count) { return count == 1 ? "" : "s"; }

template <typename Holds>
std::vector<std::string> names_where(const std::vector<Sides>& sides, Holds holds) {
  std::vector<std::string> names;
  for (const Sides& one : sides) {
    if (holds(one)) names.push_back(one.name);
  }
  return names;
}

bool has_no_positive(const Sides& one) { return one.positives == 0; }
bool has_no_negative(const Sides& one) { return one.negatives == 0; }

std::vector<Sides> sides_of_classes(const std::vector<std::string>& names, const at::Tensor& classes) {
  std::vector<Sides> sides;
  for (const std::string& name : names) sides.push_back({name});
  const auto number = classes.accessor<double, 2>();
  for (std::int64_t i = 0; i < number.size(0); ++i) ++sides.at(static_cast<std::size_t>(number[i][0])).positives;
  for (Sides& one : sides) one.negatives = number.size(0) - one.positives;
  return sides;
}

std::vector<Sides> sides_of_labels(const std::vector<std::string>& names, const at::Tensor& labels) {
  std::vector<Sides> sides;
  for (const std::string& name : names) sides.push_back({name});
  const auto label = labels.accessor<double, 2>();
  for (std::int64_t i = 0; i < label.size(0); ++i) {
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const double holds = label[i][static_cast<std::int64_t>(k)];
      sides[k].positives += holds == 1;
      sides[k].negatives += holds == 0;
    }
  }
  return sides;
}

// Names of the targets that have the same value in all samples.
std::vector<std::string> constant_values(const std::vector<std::string>& names, const at::Tensor& values) {
  const auto value = values.accessor<double, 2>();
  std::vector<std::string> constant;
  for (std::int64_t k = 0; k < value.size(1); ++k) {
    bool varies = false;
    for (std::int64_t i = 1; i < value.size(0); ++i) varies |= value[i][k] != value[0][k];
    if (!varies) constant.push_back(names[static_cast<std::size_t>(k)]);
  }
  return constant;
}

}  // namespace

Gaps gaps_of_classes(const TaskFacts& facts, const at::Tensor& classes) {
  const std::vector<Sides> sides = sides_of_classes(facts.names, classes);
  const auto absent = names_where(sides, has_no_positive);
  const auto present = names_where(sides, [](const Sides& one) { return one.positives > 0; });
  if (absent.empty() || present.empty()) return {};
  const std::string missing = fmt::format("no sample is of the class{} {}", absent.size() == 1 ? "" : "es", listed(absent));
  Gaps gaps{.unlearnable = {fmt::format("there are no samples of the class{} {}, so a model cannot learn to predict it",
                                        absent.size() == 1 ? "" : "es", listed(absent))}};
  if (present.size() > 1) {
    gaps.undefined = {fmt::format("{}: auc and sensitivity are means over the other {} classes", missing, present.size())};
    return gaps;
  }
  const char* also = !facts.positive ? "" : sides[*facts.positive].positives == 0 ? " and sensitivity" : " and specificity";
  const std::string others = classes.size(0) == 1 ? "the only one is" : fmt::format("all {} are", classes.size(0));
  gaps.undefined = {fmt::format("{}, {} of {}: auc{} {} undefined", missing, others, present.front(), also, *also == '\0' ? "is" : "are")};
  gaps.constant = fmt::format("the class is {}", present.front());
  return gaps;
}

Gaps gaps_of_labels(const TaskFacts& facts, const at::Tensor& labels) {
  const std::vector<Sides> sides = sides_of_labels(facts.names, labels);
  Gaps gaps;
  const auto look_for = [&](auto holds, const char* what, const char* also) {
    const auto names = names_where(sides, holds);
    if (names.empty()) return;
    const std::string label = fmt::format("label{} {}", plural(names.size()), listed(names));
    gaps.undefined.push_back(fmt::format("no {} sample of the {}: auc and {} are undefined{}", what, label, also,
                                         names.size() == sides.size() ? "" : " there, and the means leave them out"));
    gaps.unlearnable.push_back(fmt::format("there are no {} samples of the {}, so a model cannot learn to predict it", what, label));
  };
  look_for(has_no_positive, "positive", "sensitivity");
  look_for(has_no_negative, "negative", "specificity");
  if (names_where(sides, [](const Sides& one) { return has_no_positive(one) || has_no_negative(one); }).size() == sides.size()) {
    gaps.constant = sides.size() == 1 ? "the label is the same" : "every label is the same";
  }
  return gaps;
}

Gaps gaps_of_values(const TaskFacts& facts, const at::Tensor& values) {
  const auto names = constant_values(facts.names, values);
  if (names.empty()) return {};
  const bool all = names.size() == facts.names.size();
  const std::string same = fmt::format("the target{} {} {} the same value in all {} samples", plural(names.size()), listed(names),
                                       names.size() == 1 ? "has" : "have", values.size(0));
  return {.undefined = {fmt::format("{}: r2 is undefined{}", same, all ? "" : " there, and the mean leaves it out")},
          .unlearnable = {same + ", so a model cannot learn from it"},
          .constant = !all                ? ""
                      : names.size() == 1 ? "the target is the same"
                                          : "every target is the same"};
}

std::vector<std::string> undefined_metrics(const Task& task, const at::Tensor& targets) {
  std::vector<std::string> names;
  for (const Measure& metric : task.metrics(task.records({}, targets))) {
    if (std::isnan(metric.value)) names.push_back(metric.name);
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
