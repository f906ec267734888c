#pragma once

#include "trainer/checkpoint/checkpoint_key.h"

#include <string>

namespace galen::trainer {

/// The TorchScript module of a run, as it was when the run began: RUN/module.pt, and the same file in each checkpoint's folder; encrypted
/// where the checkpoints are. Manifests hold digest_of_module(). What cannot be written or read throws galen::Error.
inline constexpr char kModuleFile[] = "module.pt";

/// XXH3-128 of a module's bytes, as 32 hex digits.
std::string digest_of_module(const std::string& bytes);

/// Writes the bytes as `folder`/module.pt, whole. A file that holds them already is left as it is.
void write_module(const std::string& folder, const std::string& bytes, const CheckpointKey* key);

/// Whether `folder` has such a file.
bool has_module(const std::string& folder, const CheckpointKey* key);

/// Gives `folder` the module of `run_folder`: the same file under a second name, or a copy where the disk has no such links.
void link_module(const std::string& run_folder, const std::string& folder, const CheckpointKey* key);

/// The bytes in `folder`. Others than those of the digest are an error.
std::string read_module(const std::string& folder, const std::string& digest, const CheckpointKey* key);

}  // namespace galen::trainer
