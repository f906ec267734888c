#include "data/files/class_numbers.h"

#include "data/files/class_names.h"

#include <ATen/ops/empty.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace galen::data {
namespace {

constexpr std::size_t kFewClasses = 20;  // more different whole numbers may as well be ages or scores
constexpr std::size_t kMostNumbersShown = 6;

bool count_from(double first, const std::vector<double>& values) {
  return !values.empty() && values.front() == first && values.back() == first + static_cast<double>(values.size() - 1);
}

}  // namespace

bool ClassNumbers::count_from_zero() const { return whole && count_from(0, values); }

bool ClassNumbers::are_few_numbers() const { return values.size() <= kFewClasses; }

bool ClassNumbers::look_like_classes() const {
  const bool counted = whole && (count_from(0, values) || count_from(1, values));
  return are_few() || (counted && values.size() <= static_cast<std::size_t>(kMostClasses));
}

at::Tensor ClassNumbers::classes(std::span<const double> labels) const {
  at::Tensor numbers = at::empty({static_cast<std::int64_t>(labels.size())}, at::kLong);
  auto* number = numbers.mutable_data_ptr<std::int64_t>();
  for (const double label : labels) *number++ = std::lower_bound(values.begin(), values.end(), label) - values.begin();
  return numbers;
}

std::vector<std::string> ClassNumbers::names() const {
  std::vector<std::string> names;
  for (const double value : values) names.push_back(fmt::format("{}", value));
  return names;
}

std::string ClassNumbers::mapping() const {
  std::vector<std::string> parts;
  for (std::size_t c = 0; c < std::min(values.size(), kMostNumbersShown); ++c) parts.push_back(fmt::format("{} is class {}", values[c], c));
  if (values.size() > kMostNumbersShown) parts.push_back(fmt::format("… {} is class {}", values.back(), values.size() - 1));
  return fmt::format("{}", fmt::join(parts, ", "));
}

ClassNumbers class_numbers(std::span<const double> labels) {
  ClassNumbers numbers;
  numbers.values.assign(labels.begin(), labels.end());
  std::erase_if(numbers.values, [](double value) { return std::isnan(value); });
  for (double& value : numbers.values) value += 0.0;  // no -0
  std::sort(numbers.values.begin(), numbers.values.end());
  numbers.values.erase(std::unique(numbers.values.begin(), numbers.values.end()), numbers.values.end());
  numbers.whole = std::all_of(numbers.values.begin(), numbers.values.end(), [](double value) { return value == std::floor(value); });
  if (numbers.values == std::vector<double>{0} || numbers.values == std::vector<double>{1}) numbers.values = {0, 1};
  return numbers;
}

bool is_one_hot(std::span<const double> labels, std::int64_t columns) {
  if (columns < 2 || labels.empty()) return false;
  for (std::size_t begin = 0; begin < labels.size(); begin += static_cast<std::size_t>(columns)) {
    const auto row = labels.subspan(begin, static_cast<std::size_t>(columns));
    const auto ones = std::count(row.begin(), row.end(), 1.0);
    if (ones != 1 || ones + std::count(row.begin(), row.end(), 0.0) != columns) return false;
  }
  return true;
}

}  // namespace galen::data
