#pragma once

#include "data/formats/options/import_options.h"

#include <cstdint>
#include <map>
#include <string>

namespace galen::data {

/// Whether folders look like those of patients: three and more of which most hold only a few images, or most are named for a patient
/// (patient07, sub-01, 4711023). `images`: how many each folder holds.
bool look_like_patients(const std::map<std::string, std::int64_t>& images);

/// Throws galen::UsageError where folders look like those of patients, whose names would stand in the file as the classes'. Not where the
/// user says that they are classes (MedicalOptions::labels), names them, or keeps identifiers.
void expect_classes(const std::map<std::string, std::int64_t>& images, const ImportOptions& options);

}  // namespace galen::data
