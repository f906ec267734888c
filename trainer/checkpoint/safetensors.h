#pragma once

#include "models/model.h"

#include <map>
#include <string>
#include <vector>

namespace galen::trainer {

/// A file of named tensors in the safetensors format: 8 bytes of header length (little-endian), a JSON header of names, dtypes, shapes and
/// byte ranges, then the bytes. No code runs when one is read. f32, f64, i64, u8.
///
/// The bytes are a pure function of the tensors (and so the digest, which write_safetensors returns: XXH3-128 as 32 hex digits).
std::string write_safetensors(const std::string& path, const std::vector<models::NamedTensor>& tensors);

/// Copies the file's tensors into those given, by name. The names, shapes and dtypes must be the same set; a difference throws
/// galen::Error that names file and tensor. `digest`: what write_safetensors returned; a different one throws too.
void read_safetensors(const std::string& path, const std::string& digest, const std::vector<models::NamedTensor>& tensors);

}  // namespace galen::trainer
