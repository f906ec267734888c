#pragma once

#include "data/transforms/fill.h"
#include "data/transforms/grammar.h"
#include "data/transforms/grid.h"

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// Reads the arguments of one call in the order in which they are asked for: by name where the call names them, else by place. What is
/// wrong throws galen::UsageError, which says what was expected and how the transform is used.
class Arguments {
 public:
  using Extents = std::array<std::int64_t, Grid::kAxes>;  ///< in the places of Grid::extent; those that a sample lacks are not set
  static constexpr double kAny = std::numeric_limits<double>::max();

  /// `list`: data.prepare or data.augment; `usage`: "rotate(degrees, axis=depth)".
  Arguments(std::string list, Call call, std::string usage);

  double number(const std::string& name, double low, double high, std::optional<double> otherwise = {});
  double named_number(const std::string& name, double low, double high, double otherwise);  ///< by name alone
  std::int64_t whole(const std::string& name, std::int64_t low, std::int64_t high, std::optional<std::int64_t> otherwise = {});
  std::string word(const std::string& name, const std::vector<std::string>& known, const std::string& otherwise = {});

  /// fill=NUMBER, fill=min or fill=edge, by name alone; nothing where the call has none.
  std::optional<Fill> fill();

  /// One whole number for each axis of a sample, depth first, or one for all of them.
  Extents extents(const Grid& grid, std::int64_t low, std::int64_t high);

  /// Refuses arguments that nobody asked for.
  void finish() const;

  [[noreturn]] void refuse(const std::string& reason) const;

 private:
  bool names(const std::string& name) const;
  std::optional<std::string> take(const std::string& name);
  std::size_t places_left() const;

  std::string list_;
  Call call_;
  std::string usage_;
};

/// depth, height, width; time for the axis of a signal.
std::string axis_name(const Grid& grid, int axis);
std::vector<std::string> axis_names(const Grid& grid);

}  // namespace galen::data
