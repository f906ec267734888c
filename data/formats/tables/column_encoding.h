#pragma once

#include "data/formats/number_style.h"
#include "data/formats/options/import_options.h"
#include "data/formats/tables/column_profile.h"
#include "data/formats/tables/table_cell.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

enum class ColumnKind {
  kNumber,    ///< one feature
  kYesNo,     ///< one feature, 1 for yes
  kCategory,  ///< one feature a category, or one of codes
  kDate,      ///< left out: it can identify a patient, and means nothing to a model as it stands
  kText,      ///< left out: remarks, names
  kIdentity,  ///< left out: its name says that it tells who somebody is
  kRowCount,  ///< left out: it only numbers the rows
  kEmpty,     ///< left out: all values are missing
  kMixed,     ///< numbers and texts: to be settled by the user
};

/// How one column of a table becomes features.
struct ColumnEncoding {
  std::string column;
  ColumnKind kind = ColumnKind::kNumber;
  NumberStyle style = NumberStyle::kPoint;
  bool one_hot = true;                       ///< kCategory: a feature of 0 and 1 for each category; otherwise one of their numbers, from 0
  std::vector<std::string> categories = {};  ///< kCategory: in CategoryOrder. kYesNo: no, then yes, in small letters

  /// Other spellings of categories, with their places in `categories`; not stored.
  std::map<std::string, std::size_t> spellings = {};

  /// Names: the column's own, or COLUMN=CATEGORY; none where the column is left out.
  std::vector<std::string> features() const;

  /// Writes the features of one cell; returns the place behind them. A missing value, or one that is no category, is NaN in all of them.
  double* encode(const std::string& cell, const MissingValue& missing, double* features) const;
};

/// What a column holds, by all its cells. Categories: texts of which there are few, most of them in several rows, in any spelling; or what
/// options.categorical names. Identities, dates and row numbers are left out unless options.categorical or options.keep names them.
/// `style_of_table`: of other columns, where this one leaves open what its commas are.
ColumnEncoding choose_encoding(const std::string& column, const ColumnProfile& profile, const TableOptions& options,
                               std::optional<NumberStyle> style_of_table);

/// Finds the spellings among the column's cells that are none of `encoding`'s categories, but differ from one by letter case or blanks
/// alone.
void join_categories(const ColumnProfile& profile, ColumnEncoding& encoding);

/// How a column writes numbers, where its cells leave no doubt.
std::optional<NumberStyle> proven_style(const ColumnProfile& profile);

/// As attributes of data sets hold it: an object of JSON.
std::string to_text(const ColumnEncoding& encoding);
/// The other way; text that is none throws galen::Error, in which `where` names the file.
ColumnEncoding parse_encoding(const std::string& text, const std::string& where);

}  // namespace galen::data
