#pragma once

#include "galen/enum_names.h"
#include "galen/resume_rule.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

namespace galen {

/// One key and the field that it sets: the source for the command line, configuration files, --help, a checkpoint's record and the checks
/// before a run. A struct of options has beside it
///
///   std::vector<Option> describe(ScheduleOptions& options);
///
/// which gives each field its key, meaning, bounds, resume rule and the models that use it. The field must outlive
/// the option.
struct Option {
  std::string key;      ///< "optimizer.learning_rate"; on the command line "--optimizer.learning_rate"
  std::string meaning;  ///< one sentence or two for --help, with units
  std::string kind;     ///< the kind of value, in words: "a whole number, 1 or more"
  bool flag = false;    ///< "--key" alone means "--key true"

  std::function<bool(const std::string& text)> set;  ///< false, with the field unchanged, if the text is not of that kind
  std::function<std::string()> get;                  ///< the field as text that set() reads back

  /// Suggests a value for a text that set() refuses; empty: none. A null function: the nearest of `choices`.
  std::function<std::string(const std::string& text)> suggest = {};
  std::vector<std::string> choices = {};  ///< the allowed values; empty: not a choice

  ResumeRule rule = {};                  ///< for options of a run
  std::vector<std::string> models = {};  ///< names or kinds of the models that use it; empty: all

  /// What a resumed run may change, and why; the reason is the second half of a sentence.
  Option may_change(std::string why) && { return std::move(*this).ruled({OnResume::kMayChange, RunPart::kNone, std::move(why)}); }
  Option last_bits(std::string why) && { return std::move(*this).ruled({OnResume::kLastBits, RunPart::kNone, std::move(why)}); }
  Option fixed(std::string why) && { return std::move(*this).ruled({OnResume::kFixed, RunPart::kNone, std::move(why)}); }
  Option derived(RunPart part, std::string why) && { return std::move(*this).ruled({OnResume::kDerived, part, std::move(why)}); }

  /// The option is refused for other models than these names or kinds.
  Option only_for(std::vector<std::string> names) && {
    models = std::move(names);
    return std::move(*this);
  }

 private:
  Option ruled(ResumeRule given) && {
    rule = std::move(given);
    return std::move(*this);
  }
};

/// Makers of options, one for each kind of value.
namespace options {

/// Which numbers are allowed, and the words for it.
struct Bounds {
  std::string words;
  std::function<bool(double)> hold;
};
Bounds any();
Bounds at_least(double low);
Bounds above(double low);
Bounds between(double low, double high);        ///< both included
Bounds from_to_below(double low, double high);  ///< `high` excluded

Option text(std::string key, std::string& field, std::string meaning);
Option texts(std::string key, std::vector<std::string>& field, std::string meaning);  ///< separated by commas
Option choice(std::string key, std::string& field, std::vector<std::string> names, std::string meaning);
template <NamedEnum Enum>
Option choice(std::string key, Enum& field, std::string meaning);
Option flag(std::string key, bool& field, std::string meaning);

template <typename Number>
Option number(std::string key, Number& field, Bounds bounds, std::string meaning);

/// Numbers separated by commas, into a std::vector (any count) or a std::array (its exact count).
template <typename Numbers>
Option numbers(std::string key, Numbers& field, Bounds bounds, std::string meaning);

/// `count` numbers of 0 or more as shares of their sum: "0.7,0.1,0.2" for "70,10,20"; empty if `text` is anything else.
std::string as_shares(const std::string& text, std::size_t count);

/// Shares of a whole, each from 0 to 1, into a std::array. For percentages and ratios, such as 70,10,20 and 8,1,1, shares are suggested.
template <typename Numbers>
Option shares(std::string key, Numbers& field, std::string meaning) {
  Option option = numbers(std::move(key), field, between(0, 1), std::move(meaning));
  option.suggest = [count = field.size()](const std::string& text) { return as_shares(text, count); };
  return option;
}

/// The parts of "a, b,c" without surrounding blanks; none for blank text.
std::vector<std::string> split_list(const std::string& text);

template <typename Number>
std::optional<Number> parse_number(const std::string& text, const Bounds& bounds) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !bounds.hold(static_cast<double>(value))) return std::nullopt;
  return value;
}

template <typename Number>
Option number(std::string key, Number& field, Bounds bounds, std::string meaning) {
  const std::string kind = std::is_integral_v<Number> ? "a whole number" : "a number";
  const auto set = [&field, bounds](const std::string& text) {
    const std::optional<Number> value = parse_number<Number>(text, bounds);
    if (value) field = *value;
    return value.has_value();
  };
  return {std::move(key), std::move(meaning), kind + bounds.words, false, set, [&field] { return fmt::format("{}", field); }};
}

template <NamedEnum Enum>
Option choice(std::string key, Enum& field, std::string meaning) {
  const auto set = [&field](const std::string& text) {
    const std::optional<Enum> value = value_named<Enum>(text);
    if (value) field = *value;
    return value.has_value();
  };
  std::vector<std::string> names = all_names<Enum>();
  std::string kind = fmt::format("one of {}", fmt::join(names, ", "));
  return {.key = std::move(key),
          .meaning = std::move(meaning),
          .kind = std::move(kind),
          .set = set,
          .get = [&field] { return name_of(field); },
          .choices = std::move(names)};
}

template <typename Numbers>
Option numbers(std::string key, Numbers& field, Bounds bounds, std::string meaning) {
  using Number = typename Numbers::value_type;
  constexpr bool kFixedSize = !requires { field.resize(0); };
  std::string kind = std::is_integral_v<Number> ? "whole numbers" : "numbers";
  if (kFixedSize) kind = fmt::format("{} {}", field.size(), kind);
  const auto set = [&field, bounds](const std::string& text) {
    const std::vector<std::string> parts = split_list(text);
    if (kFixedSize && parts.size() != field.size()) return false;
    Numbers values = field;
    if constexpr (!kFixedSize) values.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::optional<Number> value = parse_number<Number>(parts[i], bounds);
      if (!value) return false;
      values[i] = *value;
    }
    field = values;
    return true;
  };
  return {std::move(key),
          std::move(meaning),
          kind + " separated by commas, each" + (bounds.words.empty() ? " any" : bounds.words),
          false,
          set,
          [&field] { return fmt::format("{}", fmt::join(field, ",")); }};
}

}  // namespace options
}  // namespace galen
