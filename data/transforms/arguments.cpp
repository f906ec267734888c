#include "data/transforms/arguments.h"

#include "galen/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace galen::data {

namespace {

template <typename Number>
std::optional<Number> parse(const std::string& text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string between(double low, double high) {
  if (low == -Arguments::kAny) return "";
  return high == Arguments::kAny ? fmt::format(", {} or more", low) : fmt::format(" from {} to {}", low, high);
}

}  // namespace

Arguments::Arguments(std::string list, Call call, std::string usage)
    : list_(std::move(list)), call_(std::move(call)), usage_(std::move(usage)) {}

void Arguments::refuse(const std::string& reason) const {
  throw UsageError("{}: {}: {}. It is used as {}.", list_, call_.text, reason, usage_);
}

double Arguments::number(const std::string& name, double low, double high, std::optional<double> otherwise) {
  const std::optional<std::string> text = take(name);
  if (!text && otherwise) return *otherwise;
  const std::optional<double> value = text ? parse<double>(*text) : std::nullopt;
  if (!value || !(*value >= low && *value <= high)) {
    refuse(fmt::format("{} must be a number{}{}", name, between(low, high), text ? fmt::format(", not {}", *text) : ""));
  }
  return *value;
}

double Arguments::named_number(const std::string& name, double low, double high, double otherwise) {
  return names(name) ? number(name, low, high) : otherwise;
}

std::optional<Fill> Arguments::fill() {
  if (!names("fill")) return std::nullopt;
  const std::string text = *take("fill");
  if (text == "min") return Fill{Fill::kMinimum};
  if (text == "edge") return Fill{Fill::kEdge};
  const std::optional<float> value = parse<float>(text);
  if (!value || !std::isfinite(*value)) refuse(fmt::format("fill must be a number, min or edge, not {}", text));
  return Fill{Fill::kNumber, *value};
}

std::int64_t Arguments::whole(const std::string& name, std::int64_t low, std::int64_t high, std::optional<std::int64_t> otherwise) {
  const std::optional<std::string> text = take(name);
  if (!text && otherwise) return *otherwise;
  const std::optional<std::int64_t> value = text ? parse<std::int64_t>(*text) : std::nullopt;
  if (!value || *value < low || *value > high) {
    refuse(fmt::format("{} must be a whole number from {} to {}{}", name, low, high, text ? fmt::format(", not {}", *text) : ""));
  }
  return *value;
}

std::string Arguments::word(const std::string& name, const std::vector<std::string>& known, const std::string& otherwise) {
  const std::optional<std::string> text = take(name);
  if (!text && !otherwise.empty()) return otherwise;
  if (!text || std::find(known.begin(), known.end(), *text) == known.end()) {
    refuse(fmt::format("{} must be {}{}", name, fmt::join(known, " or "), text ? fmt::format(", not {}", *text) : ""));
  }
  return *text;
}

Arguments::Extents Arguments::extents(const Grid& grid, std::int64_t low, std::int64_t high) {
  Extents result = grid.extent;
  const bool one_for_all = places_left() == 1;
  for (int axis = grid.first_axis(); axis < Grid::kAxes; ++axis) {
    const bool same_again = one_for_all && axis > grid.first_axis();
    result[axis] = whole(axis_name(grid, axis), low, high, same_again ? std::optional(result[axis - 1]) : std::nullopt);
  }
  return result;
}

void Arguments::finish() const {
  if (call_.arguments.empty()) return;
  const Call::Argument& left = call_.arguments.front();
  refuse(left.name.empty() ? fmt::format("{} is one argument too many", left.value) : fmt::format("there is no argument {}", left.name));
}

bool Arguments::names(const std::string& name) const {
  return std::any_of(call_.arguments.begin(), call_.arguments.end(), [&](const Call::Argument& argument) { return argument.name == name; });
}

std::optional<std::string> Arguments::take(const std::string& name) {
  std::vector<Call::Argument>& all = call_.arguments;
  auto found = std::find_if(all.begin(), all.end(), [&](const Call::Argument& argument) { return argument.name == name; });
  if (found == all.end())
    found = std::find_if(all.begin(), all.end(), [](const Call::Argument& argument) { return argument.name.empty(); });
  if (found == all.end()) return std::nullopt;
  std::string value = std::move(found->value);
  all.erase(found);
  return value;
}

std::size_t Arguments::places_left() const {
  return static_cast<std::size_t>(
      std::count_if(call_.arguments.begin(), call_.arguments.end(), [](const Call::Argument& argument) { return argument.name.empty(); }));
}

std::string axis_name(const Grid& grid, int axis) {
  constexpr std::array kNames = {"depth", "height", "width"};
  return grid.dimensions == 1 ? "time" : kNames[static_cast<std::size_t>(axis)];
}

std::vector<std::string> axis_names(const Grid& grid) {
  std::vector<std::string> names;
  for (int axis = grid.first_axis(); axis < Grid::kAxes; ++axis) names.push_back(axis_name(grid, axis));
  return names;
}

}  // namespace galen::data
