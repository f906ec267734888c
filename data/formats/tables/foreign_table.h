#pragma once

#include <string>

namespace galen::data {

/// What a file is that holds a table in a format which is not read, and how it becomes a CSV file: the end of a sentence that begins with
/// the file's name. Excel, OpenDocument, Parquet, Arrow, SAS, SPSS, Stata, R, ARFF, SQLite, JSON, XML and HTML, pickles. Empty: none of
/// these.
std::string foreign_table(const std::string& path);

}  // namespace galen::data
