#pragma once

#include <string>
#include <string_view>

namespace galen::data {

namespace transfer_syntax {
inline constexpr char kImplicit[] = "1.2.840.10008.1.2";
inline constexpr char kExplicit[] = "1.2.840.10008.1.2.1";
inline constexpr char kExplicitBigEndian[] = "1.2.840.10008.1.2.2";
inline constexpr char kDeflated[] = "1.2.840.10008.1.2.1.99";
inline constexpr char kRle[] = "1.2.840.10008.1.2.5";
}  // namespace transfer_syntax

/// Whether bytes are a value representation of DICOM: "US", "SQ" …
bool is_value_representation(std::string_view bytes);

/// Whether elements of this value representation have a length of 32 bits, behind two bytes that are reserved.
bool has_long_length(std::string_view representation);

/// Whether its pixels are compressed frames in fragments. One that Galen does not read throws galen::Error, which says what it is.
bool is_encapsulated(const std::string& transfer_syntax, const std::string& file);

}  // namespace galen::data
