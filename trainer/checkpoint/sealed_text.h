#pragma once

#include "trainer/checkpoint/checkpoint_key.h"

#include <string>

namespace galen::trainer {

/// A small JSON file of a checkpoint in which every byte matters: its last field, "digest", is the XXH3-128 of all that comes before the
/// digest's digits.
///
/// With a key the file says no more than its format version and which key it is, and holds `json` encrypted and authenticated, together
/// with `name`, the file's own (XChaCha20-Poly1305, base64).
std::string seal_text(const std::string& json, const std::string& name, const CheckpointKey* key);

/// The `json` that was sealed. A text that was changed, is of another file, of a newer format, or encrypted with another key than `key`
/// throws galen::Error, as does one that is encrypted where there is no key, and one that is not where there is one. `path` names the file
/// in errors.
///
/// Manifests of format version 1 have no digest; they are taken as they are.
std::string open_text(const std::string& text, const std::string& path, const std::string& name, const CheckpointKey* key);

}  // namespace galen::trainer
