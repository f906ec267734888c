#pragma once

#include <string>
#include <vector>

namespace galen::data {

/// Which patient each file is of, as far as names can tell.
struct FilePatients {
  std::vector<std::string> ids;  ///< one for each file
  std::string rule;              ///< what counted as the patient, for a note: "the folder below the source". Names no patient.

  std::string note() const;  ///< what counted as the patient, and how many there are
};

/// By `option` (ImportOptions::patient). `files`: paths below the source, without extensions; `depth`: of the folder that may be a
/// patient's, 0 right below the source, 1 where folders right below it are classes.
///
/// auto: the part sub-… of names that begin so (BIDS), BraTS-GLI-00005 of BraTS-GLI-00005-001, the folder of a file whose name begins with
/// the folder's (patient001/patient001_frame01). Else, below the folders that all files share, where the same names stand in more folders
/// than there are names (patient00/T1, patient01/T1 …), the folder; where the names' last words are fewer than what is before them
/// (BraTS_000_flair, BraTS_000_t1 …), what is before them; else the name: T1/007 and T2/007 are of one patient. Names that could be either
/// way throw galen::UsageError, as does a wrong expression; a file that the option says nothing of galen::Error.
FilePatients patients_of_files(const std::vector<std::string>& files, std::size_t depth, const std::string& option,
                               const std::string& source);

}  // namespace galen::data
