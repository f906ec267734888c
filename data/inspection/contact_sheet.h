#pragma once

#include "data/transforms/transforms.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace galen::data {

class Dataset;

struct ContactSheetOptions {
  std::int64_t samples = 0;          ///< Samples to show, evenly spaced in the data set.
  std::string file = {};             ///< The PNG file to write.
  bool overwrite = false;            ///< Replace `file` where it exists.
  std::uint64_t seed = 0;            ///< Of the augmentation.
  TransformOptions transforms = {};  ///< What a model gets to see.
};

/// Writes a picture of samples in pairs: above as stored, below as a model sees them in training, after prepare and augment. Images are
/// shown in grey or colour (another number of channels: the first), volumes as the middle slices across their three axes, signals as
/// curves. Bytes are black at 0 and white at 255, all else goes by each pair's own extremes. Where masks are the target, their labels
/// are outlined. Tables and texts throw galen::UsageError.
void write_contact_sheet(const Dataset& dataset, const ContactSheetOptions& options);

}  // namespace galen::data
