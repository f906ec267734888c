#pragma once

#include <string>

namespace galen::data {

/// Whether a header's description of a signal is a lead or another signal as PhysioNet's records name them (II, aVR, V5, MLII, ECG1, ABP
/// …), in any case of letters. Other descriptions are free text, in which a patient's name may stand.
bool is_usual_lead(const std::string& description);

/// The same of units: mV, mmHg, NU …
bool is_usual_unit(const std::string& unit);

}  // namespace galen::data
