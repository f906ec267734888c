#pragma once

#include "data/files/dataset_file.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace galen::data {

/// What the files of one data set say together, sample after sample, file after file. Files that contradict each other (shape, type, names
/// of classes or features, some with patients or a split and some without) throw galen::Error that names two of them and both values. A
/// patient's name means the same patient in all files; so files whose imports numbered their patients each by itself, or named them in
/// other ways (schema::kIdentifiersAttribute), are refused too, whatever splits they store: they may share patients, and none could tell.
/// Files without patients, each sample one of its own, join.
void check_alike(std::span<const DatasetFile> files);
std::optional<Vocabulary> join_vocabulary(std::span<const DatasetFile> files, std::size_t input);
std::vector<std::int64_t> join_lengths(std::span<const DatasetFile> files, std::size_t input);
std::vector<std::uint8_t> join_present(std::span<const DatasetFile> files, std::size_t input);
StoredTargets join_targets(std::span<const DatasetFile> files);
SampleMetadata join_metadata(std::span<const DatasetFile> files);

}  // namespace galen::data
