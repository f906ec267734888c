#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

/// Numbers that may name classes. Each different number is a class, in ascending order: 1 and 2 are the classes 0 and 1.
struct ClassNumbers {
  std::vector<double> values;  ///< ascending; values[c] names class c
  bool whole = true;           ///< all are whole numbers

  /// Whether the numbers are those of the classes: 0, 1 … without a gap.
  bool count_from_zero() const;

  /// Whether they are few enough to be classes and not values: at most 20 whole numbers.
  bool are_few() const { return whole && are_few_numbers(); }

  /// At most 20, whole or not.
  bool are_few_numbers() const;

  /// The same, or a count from 0 or 1 without a gap, however long: what an array of class numbers holds.
  bool look_like_classes() const;

  /// Classes [N] i64 of `labels`, each of which is one of the values.
  at::Tensor classes(std::span<const double> labels) const;

  /// "1", "2" …
  std::vector<std::string> names() const;

  /// "1 is class 0, 2 is class 1", shortened where there are many: for notes.
  std::string mapping() const;
};

/// The different numbers among `labels`. 0 or 1 alone gives both: one class of two may be absent. NaN is no number here.
ClassNumbers class_numbers(std::span<const double> labels);

/// Whether each row of `labels`, [N, columns] with at least two columns, holds one 1 and otherwise zeros.
bool is_one_hot(std::span<const double> labels, std::int64_t columns);

}  // namespace galen::data
