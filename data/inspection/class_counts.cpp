#include "data/inspection/class_counts.h"

#include "galen/utf8.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace galen::data {
std::vector<ClassCount> count_classes(const at::Tensor& targets, std::span<const std::string> names, std::span<const Subset> split) {
  std::vector<ClassCount> counts;
  for (const std::string& name : names) counts.push_back({name, {}});

  if (targets.dim() == 1) {
    const auto classes = targets.accessor<std::int64_t, 1>();
    for (std::size_t i = 0; i < split.size(); ++i) ++counts.at(classes[i]).samples[static_cast<int>(split[i])];
  } else {
    const auto labels = targets.accessor<float, 2>();
    for (std::size_t i = 0; i < split.size(); ++i) {
      for (std::size_t k = 0; k < counts.size(); ++k) counts[k].samples[static_cast<int>(split[i])] += labels[i][k] == 1.0F;
    }
  }
  return counts;
}

std::vector<ClassCount> count_unknown(const at::Tensor& targets, std::span<const std::string> names, std::span<const Subset> split) {
  if (targets.dim() != 2) return {};
  const auto labels = targets.accessor<float, 2>();
  std::vector<ClassCount> counts;
  for (std::size_t k = 0; k < names.size(); ++k) {
    ClassCount count = {names[k] + ", not known", {}};
    for (std::size_t i = 0; i < split.size(); ++i) count.samples[static_cast<int>(split[i])] += std::isnan(labels[i][k]);
    if (count.samples != std::array<std::int64_t, 3>{}) counts.push_back(std::move(count));
  }
  return counts;
}

std::array<std::int64_t, 3> count_subsets(std::span<const Subset> split) {
  std::array<std::int64_t, 3> counts = {};
  for (const Subset subset : split) ++counts[static_cast<int>(subset)];
  return counts;
}

std::string describe(std::span<const ClassCount> classes, const std::vector<ClassCount>& totals) {
  std::vector<ClassCount> lines(classes.begin(), classes.end());
  lines.insert(lines.end(), totals.begin(), totals.end());
  std::int64_t width = 0;
  for (const ClassCount& line : lines) width = std::max(width, count_characters(line.name));
  std::string text = fmt::format("  {:<{}}  {:>10}  {:>10}  {:>10}  {:>10}\n", "", width, "train", "validation", "test", "all");
  for (const auto& [name, counts] : lines) {
    text += fmt::format("  {:<{}}  {:>10}  {:>10}  {:>10}  {:>10}\n", name, width, counts[0], counts[1], counts[2],
                        counts[0] + counts[1] + counts[2]);
  }
  return text;
}

}  // namespace galen::data
