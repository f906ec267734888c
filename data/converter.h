#pragma once

#include "data/files/layout.h"
#include "data/files/unpack.h"
#include "data/hdf5/hdf5.h"
#include "data/preparation/gather.h"
#include "data/preparation/preparation.h"
#include "data/transforms/transforms.h"

#include <cstddef>
#include <vector>

namespace galen::data {

/// Turns a sample as it is stored into one as a model sees it: f32, channels first, transformed, filled in and scaled.
///
/// Where transforms only choose values this is one vectorised pass over the stored bytes (gather.h). Const and safe to share between
/// threads, each with a room of its own.
class Converter {
 public:
  Converter(hdf5::Native stored, const Layout& layout, const Preparation& preparation);

  struct Room {
    std::vector<float> unpacked;
    std::vector<float> transformed;
    Workspace workspace;
  };

  /// `stored`: one sample, not necessarily aligned. `prepared`: room for output_shape().
  void convert(const std::byte* stored, const SampleKey& key, bool training, Room& room, float* prepared) const;

 private:
  using GatherStored = void (*)(const View& view, const Grid& grid, const std::byte* stored, const Scaling& scaling, float* prepared);

  Layout layout_;
  Preparation preparation_;
  Transforms transforms_;
  Grid output_grid_;
  Unpack unpack_;
  GatherStored gather_ = nullptr;  ///< null: the samples have to be unpacked first
  std::size_t alignment_ = 1;      ///< that gather_ needs
};

}  // namespace galen::data
