#pragma once

#include <string>

namespace galen::data {

/// A name as it is printed: without blanks around it, one blank between words (no-break and other blanks are blanks), without characters
/// that have no width, letters with accents composed (NFC).
std::string tidy_name(const std::string& name);

/// What names have in common that differ by the case of letters, or as tidy_name() has it, alone.
std::string spelling_key(const std::string& name);

}  // namespace galen::data
