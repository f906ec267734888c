#pragma once

#include "data/formats/arrays/array_reader.h"
#include "data/formats/source.h"
#include "data/formats/stored_type.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// An array of images and the array of their labels.
struct ImagePair {
  std::function<std::unique_ptr<ArrayReader>()> open_images;
  std::function<std::unique_ptr<ArrayReader>()> open_labels;
  std::optional<Subset> subset;
  bool may_be_table = false;  ///< an array [N, F] is a table, and no images that have lost their shape
};

/// One data set out of pairs of arrays, one after the other. Checks that images and labels are equally many and that all pairs have samples
/// of one shape and type. Images lie as SampleLayout reads them and are never all in memory; labels as targets_from_numbers() reads
/// them. A single pair has no split of its own, whatever its subset. Numbers of a table, and values to predict, are stored as `type` has
/// it; images, for which only kAuto is allowed, as storage_type() has it.
Source image_source(std::vector<ImagePair> pairs, const std::string& task, StoredType type = StoredType::kAuto);

}  // namespace galen::data
