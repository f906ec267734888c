#pragma once

#include "trainer/checkpoint/checkpoint_key.h"

#include <string>

namespace galen::trainer {

/// A small JSON file of a checkpoint with a checksum of all its bytes: its last field, "digest", is the XXH3-128 of everything before the
/// digest's digits.
///
/// With a key the file has its format version, the key's fingerprint, and `json` encrypted and authenticated together with `name`, the
/// file's name (XChaCha20-Poly1305, base64).
std::string seal_text(const std::string& json, const std::string& name, const CheckpointKey* key);

/// The `json` that was sealed. Throws galen::Error if the text was changed, is of another file or a newer format, is encrypted with another
/// key than `key`, is encrypted and `key` is null, or is not encrypted and `key` is given. `path` names the file in errors.
///
/// Manifests of format version 1 have no digest and are not verified.
std::string open_text(const std::string& text, const std::string& path, const std::string& name, const CheckpointKey* key);

}  // namespace galen::trainer
