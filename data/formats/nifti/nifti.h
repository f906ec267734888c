#pragma once

#include "data/formats/discovery.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Whether the source is a NIfTI file, whatever its name, or a folder in whose tree one lies that is named so (.nii, .hdr with .img).
bool is_nifti(const Discovery& found);

/// NIfTI volumes, [C, D, H, W], turned alike (NiftiVolume) and made one size as ImportOptions::size has it; with masks where there are
/// label maps (find_nifti_cases()): volumes without one are then left out. Patients are found by files and folders (patients_of_files()),
/// all files of a case are of one. Opening reads headers, and label maps whose numbers may be larger than a mask's; bad files are listed
/// in Source::skipped. Numbers that are none stay so in samples of f32, and are reported in SourceSample::notes. Collective.
Source open_nifti(const ImportOptions& options, const Discovery& found);

}  // namespace galen::data
