#include "data/converter.h"

#include <c10/util/Exception.h>

#include <cstdint>
#include <optional>
#include <type_traits>

namespace galen::data {

namespace {

template <typename Stored>
void gather_stored(const View& view, const Grid& grid, const std::byte* stored, const Scaling& scaling, float* prepared) {
  gather(view, grid, reinterpret_cast<const Stored*>(stored), scaling, prepared);
}

template <typename Stored>
constexpr bool kCanGather =
    std::is_same_v<Stored, std::uint8_t> || std::is_same_v<Stored, std::uint16_t> || std::is_same_v<Stored, std::int16_t> ||
    std::is_same_v<Stored, std::int32_t> || std::is_same_v<Stored, float> || std::is_same_v<Stored, double>;

float* grown(std::vector<float>& values, std::int64_t size) {
  if (values.size() < static_cast<std::size_t>(size)) values.resize(static_cast<std::size_t>(size));
  return values.data();
}

}  // namespace

Converter::Converter(hdf5::Native stored, const Layout& layout, const Preparation& preparation)
    : layout_(layout),
      preparation_(preparation),
      transforms_(preparation.transforms, layout.sample_shape()),
      output_grid_(grid_of(transforms_.output_shape())),
      unpack_(unpack_of(stored)) {
  const Scaling& scaling = preparation.scaling;
  TORCH_CHECK(static_cast<std::int64_t>(scaling.mean.size()) == output_grid_.channels && scaling.deviation.size() == scaling.mean.size(),
              "a scaling of ", scaling.mean.size(), " channels for samples of ", output_grid_.channels);
  if (!layout.as_stored()) return;
  hdf5::with_type(stored, [this](auto* type) {
    using Stored = std::remove_pointer_t<decltype(type)>;
    if constexpr (kCanGather<Stored>) gather_ = gather_stored<Stored>;
    alignment_ = alignof(Stored);
  });
}

void Converter::convert(const std::byte* stored, const SampleKey& key, bool training, Room& room, float* prepared) const {
  if (!preparation_.imputation.fill.empty()) {
    unpack_(layout_, stored, prepared);
    return prepare_row(preparation_, prepared, prepared);
  }
  const std::optional<View> view = transforms_.view(key, training);
  const bool is_aligned = reinterpret_cast<std::uintptr_t>(stored) % alignment_ == 0;
  if (view && gather_ != nullptr && is_aligned) return gather_(*view, transforms_.grid(), stored, preparation_.scaling, prepared);

  float* unpacked = grown(room.unpacked, transforms_.grid().elements());
  unpack_(layout_, stored, unpacked);
  if (view) return gather(*view, transforms_.grid(), unpacked, preparation_.scaling, prepared);

  float* transformed = grown(room.transformed, output_grid_.elements());
  transforms_.apply(unpacked, transformed, key, training, room.workspace);
  gather(View::all_of(output_grid_), output_grid_, transformed, preparation_.scaling, prepared);
}

}  // namespace galen::data
