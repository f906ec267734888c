#pragma once

#include "data/formats/discovery.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Whether the source is a DICOM file, with or without preamble, or a folder in whose tree one lies.
bool is_dicom(const Discovery& found);

/// A DICOM file or the files of a tree, in order of their paths, as MedicalOptions have it. CT comes as Hounsfield units, i16 where
/// slope and intercept are whole; other images in the smallest type that their headers, or their tables of values, allow. Patients are
/// distinguished by Patient ID. Opening reads headers only; bad files are listed in Source::skipped, files that hold no image counted in
/// its warnings. Collective.
Source open_dicom(const ImportOptions& options, const Discovery& found);

}  // namespace galen::data
