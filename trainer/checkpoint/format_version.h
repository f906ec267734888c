#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace galen::trainer {

/// Of the checkpoints that this program writes. 1: manifest and files without a digest of the manifest's own. 2: with it; parts, ratings,
/// encryption.
inline constexpr int kFormatVersion = 2;

/// The version that a manifest says it is of. One that this program does not know throws galen::Error; `where` names the file in it.
int format_version(const nlohmann::ordered_json& manifest, const std::string& where);

}  // namespace galen::trainer
