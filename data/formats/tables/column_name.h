#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// The words of a column's name in small letters: patient, id of patient_id, PatientID, "Patient ID" and patient-id.
std::vector<std::string> column_words(const std::string& name);

/// The words with _ between them: columns that people would call by the same name have the same.
std::string column_key(const std::string& name);

/// Whether a column's name says that it tells who somebody is: names, numbers of records and insurances, addresses, telephones, birth days
/// … (HIPAA's Safe Harbor list, 45 CFR 164.514(b)(2), with German and some French and Spanish words); in doubt it does.
bool tells_identity(const std::string& name);

/// Whether a column's name says that it holds dates, however they are written.
bool tells_date(const std::string& name);

}  // namespace galen::data
