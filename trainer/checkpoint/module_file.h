#pragma once

#include "trainer/checkpoint/checkpoint_key.h"

#include <string>

namespace galen::trainer {

/// The TorchScript module of a run, as it was when the run began: RUN/module.pt, and the same file in each checkpoint's folder; encrypted
/// if the checkpoints are. Manifests hold digest_of_module(). Failed reads and writes throw galen::Error.
inline constexpr char kModuleFile[] = "module.pt";

/// XXH3-128 of a module's bytes, as 32 hex digits.
std::string digest_of_module(const std::string& bytes);

/// Writes the bytes as `folder`/module.pt, atomically. A file with the same bytes is not rewritten.
void write_module(const std::string& folder, const std::string& bytes, const CheckpointKey* key);

/// Whether `folder` has such a file.
bool has_module(const std::string& folder, const CheckpointKey* key);

/// Puts the module of `run_folder` into `folder`: as a hard link, or as a copy if the file system has no hard links.
void link_module(const std::string& run_folder, const std::string& folder, const CheckpointKey* key);

/// The module's bytes. Throws galen::Error if their digest is not `digest`.
std::string read_module(const std::string& folder, const std::string& digest, const CheckpointKey* key);

}  // namespace galen::trainer
