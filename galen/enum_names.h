#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace galen {

/// A value of an enum and its name in configurations, records and messages.
template <typename Enum>
struct EnumName {
  Enum value;
  std::string_view name;
};

/// An enum with a table of names beside it:
///
///   enum class Course { kConstant, kStep };
///   constexpr auto enum_names(Course) { return std::to_array<EnumName<Course>>({{Course::kConstant, "constant"}, {Course::kStep,
///   "step"}}); }
template <typename Enum>
concept NamedEnum = std::is_enum_v<Enum> && requires(Enum value) {
  { enum_names(value)[0] } -> std::convertible_to<EnumName<Enum>>;
};

/// The name of `value`, which must be in the table.
template <NamedEnum Enum>
std::string name_of(Enum value) {
  for (const auto& entry : enum_names(value)) {
    if (entry.value == value) return std::string(entry.name);
  }
  return {};
}

/// The value of that name; empty if the name is not in the table.
template <NamedEnum Enum>
std::optional<Enum> value_named(std::string_view name) {
  for (const auto& entry : enum_names(Enum{})) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

/// All names, in table order.
template <NamedEnum Enum>
std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& entry : enum_names(Enum{})) names.emplace_back(entry.name);
  return names;
}

}  // namespace galen
