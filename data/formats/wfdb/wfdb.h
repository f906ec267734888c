#pragma once

#include "data/formats/discovery.h"
#include "data/formats/options/import_options.h"
#include "data/formats/source.h"

namespace galen::data {

/// Whether the source is a WFDB record (its header, or a file beside it with its name) or a folder that holds one, at any depth.
bool is_wfdb(const Discovery& found);

/// ECG records as options.ecg has it: a sample is the window around a beat, labelled by its annotation, or, without annotations, a stretch
/// of the record; [leads, time] f32 in mV. A record counts as a patient. Samples that the recorder marked as missing are an error of the
/// window that they are in. Collective.
Source open_wfdb(const ImportOptions& options, const Discovery& found);

}  // namespace galen::data
