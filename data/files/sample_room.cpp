#include "data/files/sample_room.h"

#include "galen/room.h"

#include <fmt/format.h>

namespace galen::data {

std::int64_t elements_of(const std::vector<std::int64_t>& shape) {
  std::int64_t elements = 1;
  for (const std::int64_t extent : shape) elements = saturating_product(elements, extent);
  return elements;
}

void expect_room_for_a_sample(const Dataset& dataset) {
  const std::int64_t elements = elements_of(dataset.input_shape());
  const auto stored = static_cast<std::int64_t>(hdf5::bytes_of(dataset.stored_type()));
  expect_memory(
      saturating_product(elements, std::int64_t{sizeof(float)} + stored),
      fmt::format("{}: dataset {}: a single sample, [{}]", dataset.file(), dataset.input_name(), fmt::join(dataset.input_shape(), ", ")),
      "Its shape may be wrong (data.layout), or the samples have to be cut or made smaller before.");
}

}  // namespace galen::data
