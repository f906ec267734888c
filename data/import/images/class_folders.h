#pragma once

#include "data/import/import.h"

#include <cstdint>
#include <map>
#include <string>

namespace galen::data {

/// Throws galen::UsageError where folders look like those of patients, whose names would stand in the file as the classes': three and more
/// of which most hold only a few images, or most are named for a patient (patient07, sub-01, 4711023). Not where the user says that they
/// are classes (MedicalOptions::labels), names them, or keeps identifiers. `images`: how many each folder holds.
void expect_classes(const std::map<std::string, std::int64_t>& images, const ImportOptions& options);

}  // namespace galen::data
