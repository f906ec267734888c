#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

#include <string>
#include <vector>

namespace galen::data {

/// What stands for a format where data is repacked, not imported.
inline constexpr char kRepacking[] = "repack";

/// Which formats use an option of galen import, and what else it takes to do something.
struct OptionRule {
  const char* key;
  const char* formats;  ///< names from import_formats() and kRepacking, with blanks between them

  /// Why the option does nothing in this format beside these others, as the second half of a sentence; null: it does something.
  const char* (*idle)(const ImportOptions& options, const std::string& format);
};

/// One of every option of galen import but `out`, in no order. tests/launch/import_options_test holds it against the command's options.
const std::vector<OptionRule>& option_rules();

/// Throws galen::UsageError where one of options.written does nothing in `format`, an import format's name or kRepacking.
void check_written_options(const ImportOptions& options, const std::string& format);

/// Likewise of what only the opened source tells: `drawn`: whether at least a part of its split is drawn.
void check_written_options(const ImportOptions& options, const Source& source, bool drawn);

}  // namespace galen::data
