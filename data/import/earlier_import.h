#pragma once

#include "data/import/column_encoding.h"
#include "data/text/vocabulary.h"

#include <string>
#include <vector>

namespace galen::data {

/// What a data set that was imported from a table says of how that was done.
struct EarlierImport {
  std::vector<ColumnEncoding> columns;   ///< in the order of their features
  std::vector<std::string> class_names;  ///< empty: its targets are no classes, or it has none
};

/// A file that is no data set of a table throws galen::Error.
EarlierImport read_earlier_import(const std::string& file);

/// The same of texts.
struct EarlierTexts {
  Vocabulary vocabulary;
  std::vector<std::string> class_names;
};
EarlierTexts read_earlier_texts(const std::string& file);

}  // namespace galen::data
