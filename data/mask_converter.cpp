#include "data/mask_converter.h"

#include "galen/error.h"

#include <utility>

namespace galen::data {

MaskConverter::MaskConverter(const StoredMasks& masks, Transforms images)
    : where_(masks.where),
      layout_(masks.layout),
      transforms_(std::move(images)),
      unpack_(unpack_of(hdf5::native_of(masks.type))),
      is_ready_(hdf5::native_of(masks.type) == hdf5::Native::kU8 && masks.layout.as_stored()) {}

void MaskConverter::convert(const std::byte* stored, const SampleKey& key, bool training, Room& room, std::uint8_t* labels) const {
  const auto* mask = is_ready_ ? reinterpret_cast<const std::uint8_t*>(stored) : unpack(stored, key.sample, room);
  transforms_.apply_to_mask(mask, labels, key, training, room.workspace);
}

const std::uint8_t* MaskConverter::unpack(const std::byte* stored, std::int64_t sample, Room& room) const {
  const auto cells = static_cast<std::size_t>(transforms_.grid().cells());
  room.unpacked.resize(cells);
  room.labels.resize(cells);
  unpack_(layout_, stored, room.unpacked.data());
  for (std::size_t i = 0; i < cells; ++i) {
    const float label = room.unpacked[i];
    if (!(label >= 0 && label <= 255) || label != static_cast<float>(static_cast<std::uint8_t>(label))) {
      throw Error("{}: the mask of sample {} holds {}; labels of masks are whole numbers from 0 to 255.", where_, sample, label);
    }
    room.labels[i] = static_cast<std::uint8_t>(label);
  }
  return room.labels.data();
}

}  // namespace galen::data
