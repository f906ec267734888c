#pragma once

#include "data/formats/tables/column_encoding.h"
#include "data/formats/targets.h"
#include "data/hdf5/hdf5.h"
#include "data/text/vocabulary.h"

#include <string>
#include <vector>

namespace galen::data {

/// What a data set that was imported from a table says of how that was done.
struct EarlierImport {
  std::vector<ColumnEncoding> columns;  ///< in the order of their features
  EarlierTargets targets;
  bool is_f64 = false;  ///< its features are stored so
};

/// A file that is no data set of a table throws galen::Error.
EarlierImport read_earlier_import(const std::string& file, hdf5::External external);

/// The same of texts.
struct EarlierTexts {
  Vocabulary vocabulary;
  EarlierTargets targets;
};
EarlierTexts read_earlier_texts(const std::string& file, hdf5::External external);

}  // namespace galen::data
