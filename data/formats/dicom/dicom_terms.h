#pragma once

#include <cstdint>
#include <string>

namespace galen::data {

/// Whether `value` is one that DICOM defines for a coded attribute: Modality, Body Part Examined, Patient's Sex, (Image) Laterality, View
/// Position. Others are of no attribute's terms: whoever wrote the file may have put anything there, a name too.
/// Terms: PS3.3 C.7.3.1.1.1, C.8.1, C.8.11.7.1, CID 4014 and 4015; PS3.16 Annex L, in which blanks and _ between words do not count.
bool is_dicom_term(std::uint32_t tag, const std::string& value);

}  // namespace galen::data
