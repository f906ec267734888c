#pragma once

#include "data/import/import.h"
#include "data/import/source.h"

namespace galen::data {

/// Whether the path is a NIfTI file (.nii, .nii.gz), or a folder in whose tree one lies.
bool is_nifti(const std::string& path);

/// NIfTI volumes, [C, D, H, W], turned alike (NiftiVolume) and made one size as ImportOptions::size has it; with masks where there are
/// label maps (find_nifti_files()): volumes without one are then left out. Patients are told by files and folders (patients_of_files()).
/// Opening reads headers only; bad files are listed in Source::skipped.
Source open_nifti(const ImportOptions& options);

}  // namespace galen::data
