#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace galen::trainer {

/// The version that this program writes. 1: no digest of the manifest itself. 2: with that digest, parts, ratings and
/// encryption.
inline constexpr int kFormatVersion = 2;

/// The version in a manifest. An unknown version throws galen::Error; `where` names the file in the message.
int format_version(const nlohmann::ordered_json& manifest, const std::string& where);

}  // namespace galen::trainer
