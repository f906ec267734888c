#pragma once

#include "data/sampling/split.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace galen::data {

/// A file of images and the file of their labels, by their names.
struct IdxPair {
  std::string images;
  std::string labels;
  std::optional<Subset> subset;  ///< where the name tells it
};

/// Whether a file starts as one in IDX format does, gzip or not.
bool has_idx_magic(const std::string& path);

/// The pairs of a folder, or the pair of one file in it, in the order train, validation, test. A pair has the same name but for "images"
/// and "labels"; a file without its partner, or several pairs whose names do not tell the split, throw galen::Error. Files that are passed
/// over (an unpacked copy lies beside them) are named in `warnings`.
std::vector<IdxPair> find_idx_pairs(const std::string& source, std::vector<std::string>& warnings);

}  // namespace galen::data
