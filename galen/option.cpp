#include "galen/option.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

namespace galen::options {

namespace {

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool is_one_of(const std::string& text, const std::vector<std::string>& names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

}  // namespace

// Values are finite: from_chars accepts "nan" and "inf", but options do not.
Bounds any() {
  return {"", [](double value) { return std::isfinite(value); }};
}

Bounds at_least(double low) {
  return {fmt::format(", {} or more", low), [=](double value) { return std::isfinite(value) && value >= low; }};
}

Bounds above(double low) {
  return {fmt::format(" above {}", low), [=](double value) { return std::isfinite(value) && value > low; }};
}

Bounds between(double low, double high) {
  return {fmt::format(" from {} to {}", low, high), [=](double value) { return value >= low && value <= high; }};
}

Bounds from_to_below(double low, double high) {
  return {fmt::format(", {} or more and below {}", low, high), [=](double value) { return value >= low && value < high; }};
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(trimmed(part));
  if (parts.size() == 1 && parts.front().empty()) parts.clear();
  return parts;
}

std::string as_shares(const std::string& text, std::size_t count) {
  std::vector<double> numbers;
  double sum = 0;
  for (const std::string& part : split_list(text)) {
    const std::string digits = part.ends_with('%') ? part.substr(0, part.size() - 1) : part;
    const std::optional<double> number = parse_number<double>(digits, at_least(0));
    if (!number) return {};
    numbers.push_back(*number);
    sum += *number;
  }
  if (numbers.size() != count || !(sum > 0)) return {};
  double rest = 1;
  for (std::size_t i = 0; i + 1 < count; ++i) rest -= numbers[i] = std::round(1e4 * numbers[i] / sum) / 1e4;
  numbers.back() = std::round(1e4 * rest) / 1e4;
  return fmt::format("{}", fmt::join(numbers, ","));
}

Option text(std::string key, std::string& field, std::string meaning) {
  const auto set = [&field](const std::string& value) {
    field = value;
    return true;
  };
  return {std::move(key), std::move(meaning), "text", false, set, [&field] { return field; }};
}

Option texts(std::string key, std::vector<std::string>& field, std::string meaning) {
  const auto set = [&field](const std::string& value) {
    field = split_list(value);
    return true;
  };
  return {std::move(key),
          std::move(meaning),
          "texts separated by commas",
          false,
          set,
          [&field] { return fmt::format("{}", fmt::join(field, ",")); }};
}

Option choice(std::string key, std::string& field, std::vector<std::string> names, std::string meaning) {
  const auto set = [&field, names](const std::string& value) {
    const bool known = is_one_of(value, names);
    if (known) field = value;
    return known;
  };
  std::string kind = fmt::format("one of {}", fmt::join(names, ", "));
  return {.key = std::move(key),
          .meaning = std::move(meaning),
          .kind = std::move(kind),
          .set = set,
          .get = [&field] { return field; },
          .choices = std::move(names)};
}

Option flag(std::string key, bool& field, std::string meaning) {
  const auto set = [&field](const std::string& value) {
    const bool yes = is_one_of(value, {"true", "yes", "on", "1"});
    const bool known = yes || is_one_of(value, {"false", "no", "off", "0"});
    if (known) field = yes;
    return known;
  };
  return {std::move(key), std::move(meaning), "true or false", true, set, [&field] { return field ? "true" : "false"; }};
}

}  // namespace galen::options
