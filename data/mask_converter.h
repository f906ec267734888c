#pragma once

#include "data/files/stored_masks.h"
#include "data/files/unpack.h"
#include "data/transforms/transforms.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// Turns a mask as it is stored into one that lies on the sample as a model sees it: moved by the same transforms, its labels never
/// blended. Const and safe to share between threads, each with a room of its own.
class MaskConverter {
 public:
  /// `images`: the transforms of the images that the masks are of.
  MaskConverter(const StoredMasks& masks, Transforms images);

  struct Room {
    std::vector<float> unpacked;
    std::vector<std::uint8_t> labels;
    Workspace workspace;
  };

  /// `stored`: the mask of key.sample, not necessarily aligned. `labels`: room for the images' output shape without channels. A label that
  /// is not 0 … 255 throws galen::Error.
  void convert(const std::byte* stored, const SampleKey& key, bool training, Room& room, std::uint8_t* labels) const;

 private:
  const std::uint8_t* unpack(const std::byte* stored, std::int64_t sample, Room& room) const;

  std::string where_;
  Layout layout_;
  Transforms transforms_;
  Unpack unpack_;
  bool is_ready_;  ///< labels are stored as they are wanted
};

}  // namespace galen::data
