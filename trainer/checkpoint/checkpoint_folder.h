#pragma once

#include "trainer/checkpoint/checkpoint_key.h"
#include "trainer/checkpoint/manifest.h"
#include "trainer/checkpoint/snapshot.h"

#include <cstdint>
#include <optional>
#include <string>

namespace galen::trainer {

inline constexpr char kManifestFile[] = "manifest.json";  ///< what makes a folder a checkpoint

std::string folder_name(std::int64_t step);  ///< step-00000100

/// The step in the last part of a path; none if it is not such a name.
std::optional<std::int64_t> step_of(const std::string& folder);

/// Writes part number `part` of `parts` of a step's tensors into the checkpoint's folder, which is created if it is missing. An earlier
/// checkpoint of the step stays whole until write_manifest(), unless its files are replaced by files of the same names.
FileDigests write_tensors(const std::string& folder, std::int64_t step, const Snapshot& snapshot, int part, int parts,
                          const CheckpointKey* key);

/// Writes the manifest, which makes the folder a checkpoint, and removes files of earlier ones. `manifest.digests` must hold the digests of
/// all parts, and their files must exist; otherwise throws galen::Error.
void write_manifest(const std::string& folder, const Manifest& manifest, const CheckpointKey* key);

/// Whether the folder has encrypted files, by their names.
bool is_encrypted(const std::string& folder);

/// Removes a checkpoint, its manifest first, so that a folder removed in part is not a checkpoint.
void remove_checkpoint(const std::string& folder);

}  // namespace galen::trainer
