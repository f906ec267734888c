#pragma once

#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

#include <string>
#include <vector>

namespace galen::data {

/// Throws galen::UsageError where MedicalOptions are out of their range or do not go together.
void check_medical_options(const ImportOptions& options);

/// Makes classes out of a text for each sample, as a table's column of text becomes classes; `name` tells where it comes from.
void set_class_targets(Source& source, const std::string& name, std::vector<std::string> cells, const ImportOptions& options);

}  // namespace galen::data
