#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Which of one list of classes (or labels, or values) each of another list is. The lists are a data set's and a model's, and their order
/// may differ.
struct ClassMapping {
  static constexpr std::int64_t kUnknown = -1;

  std::vector<std::string> from = {};         ///< names of the data set
  std::vector<std::string> to = {};           ///< names of the model
  std::vector<std::int64_t> number = {};      ///< of each of `from`, its place in `to`; kUnknown where it has none
  std::vector<std::string> differently = {};  ///< "'Benign ' as 'benign'": pairs that differ in case or blanks alone
  bool by_number = false;                     ///< one of the two lists has no names, so that places were matched

  bool is_identity() const;                  ///< nothing moves, and `from` is as long as `to`
  std::vector<std::string> missing() const;  ///< names of `to` that none of `from` is
};

/// A name is the equal one of the other list; without an equal one, the only one that differs in case and blanks alone. Where one list has
/// but numbers, "0", "1" … in that order, and the other one has names, places are matched.
ClassMapping map_classes(std::vector<std::string> from, std::vector<std::string> to);

/// Class numbers [N] i64 of `from`, as numbers of `to`. A sample of an unknown class is a broken invariant.
at::Tensor renumber_classes(const at::Tensor& classes, const ClassMapping& mapping);

/// Columns [N, from] as columns [N, to]. A column of `to` that is missing is a broken invariant.
at::Tensor reorder_columns(const at::Tensor& columns, const ClassMapping& mapping);

}  // namespace galen::data
