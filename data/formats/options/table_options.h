#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// How a table (CSV) is read.
struct TableOptions {
  /// What the first line is. full: a name for each column. partial: names for the first columns only, the others become column_4,
  /// column_5 … none: data; the columns are column_1, column_2 … auto: none where it holds nothing but numbers and missing values; partial
  /// where the next line has at least two cells more (one more may as well be a column of row names); else full.
  std::string header = "auto";

  /// Names of all columns, in place of those that the header gives.
  std::vector<std::string> columns = {};

  /// Between cells: one character, "tab", or "blanks": any number of blanks and tabs. auto: what a first line such as sep=; says, else
  /// comma, semicolon, tab or |, whichever the first line has most, or blanks where these part all lines alike.
  std::string delimiter = "auto";

  /// Columns to be learnt. Empty: the one named label, target, class, diagnosis or outcome. {"none"}: an unlabelled table.
  std::vector<std::string> target = {};

  /// Column that tells the patient; rows with the same value stay on one side of a split. Empty: the one named patient, patient_id,
  /// subject, subject_id, group_id, id or mrn, else each row is a patient of its own. none: that, whatever the names.
  std::string group = {};

  /// Column that names the sample. Empty: the one named sample_id. none: samples have their row's number.
  std::string sample_id = {};

  std::vector<std::string> leave_out = {};  ///< Columns to leave out.

  /// Columns to learn from though their names mean somebody's identity, or they hold dates: such are left out otherwise.
  std::vector<std::string> keep = {};

  /// What a column of categories becomes. one-hot: a feature COLUMN=CATEGORY of 0 and 1 for each. codes: their numbers, from 0.
  std::string categories = "one-hot";

  /// What numbers are stored as, of features and of values to predict, each array for itself: f32, f64, or auto: f64 where f32 would change
  /// a number. NumPy's tables too.
  std::string type = "auto";

  std::vector<std::string> categorical = {};  ///< Columns of categories, whatever their cells look like: numbers that are codes.

  /// Decimal sign. comma: points separate thousands. point: commas do. auto: by the cells; a column that leaves it open is an error.
  std::string decimal = "auto";

  /// Spellings of a missing value, in any case; the empty cell always is one. Empty: the usual ones (?, NA, N/A, NaN, null …), and among
  /// numbers, yes and no, and dates also those that beside other text are categories (-, none, unknown …).
  std::vector<std::string> missing = {};

  /// A data set that was imported before: features (texts: the vocabulary) and classes become those of that one, as a
  /// model trained on it needs them.
  std::string like = {};

  /// What stands between the labels of a cell: one character, or "tab". none: each different cell is a class. auto: |, ; or , where most
  /// cells' labels come in other cells too.
  std::string label_separator = "auto";

  /// Cells of target columns that hold no label, each as VALUE, VALUE=POLICY or LABEL:VALUE=POLICY. VALUE: a number or text, or blank,
  /// which is every missing value. POLICY: ignore (of several labels, this one is left out of the loss and of each metric; a row without
  /// any other label is left out), positive or negative; none: ignore. LABEL: the column that this is for; otherwise for all.
  std::vector<std::string> unlabelled = {};

  bool leave_out_unlabelled = false;  ///< Leave out rows whose target is missing; otherwise such a row is an error.
};

}  // namespace galen::data
