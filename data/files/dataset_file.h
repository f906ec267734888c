#pragma once

#include "data/files/dataset.h"
#include "data/files/file_identity.h"
#include "data/files/sample_metadata.h"
#include "data/files/stored_input.h"
#include "data/files/stored_masks.h"
#include "data/files/stored_targets.h"
#include "data/hdf5/hdf5.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// One file of a data set, opened and checked; see Dataset.
struct DatasetFile {
  /// `identity`: of the file before it was opened.
  DatasetFile(const FileIdentity& identity, const DatasetOptions& options, const hdf5::File& file);

  std::string path;
  std::vector<FileIdentity> identities;  ///< of itself, before it was opened, and of others that hold elements of its arrays
  bool has_digests = true;               ///< of samples and masks
  std::vector<std::string> notes;        ///< see Dataset::notes()
  std::vector<StoredInput> inputs;       ///< in the order of DatasetOptions::input, at least one
  StoredTargets targets;
  std::optional<StoredMasks> masks;  ///< for TargetKind::kMask
  SampleMetadata metadata;
  std::string digest;  ///< see Dataset::digest()

  std::int64_t size() const { return inputs.front().array.rows(); }
};

DatasetFile open_dataset_file(const std::string& path, const DatasetOptions& options);

}  // namespace galen::data
