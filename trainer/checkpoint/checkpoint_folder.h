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

/// Of a path whose last part is such a name; else none.
std::optional<std::int64_t> step_of(const std::string& folder);

/// Writes part number `part` of `parts` of a step's tensors into the checkpoint's folder, which is made where it is missing. An
/// earlier checkpoint of the step stays whole until write_manifest(), unless its files are replaced by others of the same names.
FileDigests write_tensors(const std::string& folder, std::int64_t step, const Snapshot& snapshot, int part, int parts,
                          const CheckpointKey* key);

/// Writes the manifest, after which the folder is a checkpoint, and removes files of earlier ones. `manifest.digests` must be those of all
/// parts, and their files be there; otherwise galen::Error.
void write_manifest(const std::string& folder, const Manifest& manifest, const CheckpointKey* key);

/// Whether its files are, as their names tell.
bool is_encrypted(const std::string& folder);

/// Removes a checkpoint: first its manifest, so that what is left of it is none.
void remove_checkpoint(const std::string& folder);

}  // namespace galen::trainer
