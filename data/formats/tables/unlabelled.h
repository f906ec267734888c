#pragma once

#include "data/formats/tables/table_cell.h"

#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// What a label that is not known counts as.
enum class UnknownAs {
  kIgnore,    ///< not known: the loss and each metric leave it out
  kPositive,  ///< 1
  kNegative   ///< 0
};

/// The cells of label columns that hold no label, as TableOptions::unlabelled names them.
class Unlabelled {
 public:
  /// `entries`: VALUE, VALUE=POLICY or LABEL:VALUE=POLICY, where VALUE may be blank (empty, or any spelling of a missing value) and POLICY
  /// is ignore, positive or negative; `labels`: the columns' names. Entries that are none of these throw galen::UsageError.
  Unlabelled(const std::vector<std::string>& entries, const std::vector<std::string>& labels, const MissingValue& missing);

  bool empty() const { return entries_.empty(); }

  /// What a cell in the column of label `label` counts as; none: it is a label like others.
  std::optional<UnknownAs> operator()(std::size_t label, const std::string& cell) const;

 private:
  struct Entry {
    std::optional<std::size_t> label;  // none: all
    std::string value;
    UnknownAs as;
  };
  bool matches(const Entry& entry, const std::string& cell) const;

  std::vector<Entry> entries_;  // those of one label first
  MissingValue missing_;
};

}  // namespace galen::data
