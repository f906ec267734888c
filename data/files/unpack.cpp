#include "data/files/unpack.h"

#include <cstdint>
#include <functional>
#include <numeric>
#include <type_traits>

namespace galen::data {

namespace {

// A value that may lie at any address.
template <typename Value>
struct [[gnu::packed, gnu::may_alias]] Unaligned {
  Value value;
  operator Value() const { return value; }  // NOLINT: it is the value
};

template <typename Stored, typename Number>
void unpack(const Layout& layout, const std::byte* stored, Number* sample) {
  const auto* values = reinterpret_cast<const Unaligned<Stored>*>(stored);
  if (!layout.as_stored()) return layout.arrange(values, sample);
  const std::vector<std::int64_t>& shape = layout.sample_shape();
  const std::int64_t elements = std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  for (std::int64_t i = 0; i < elements; ++i) sample[i] = static_cast<Number>(values[i].value);
}

}  // namespace

Unpack unpack_of(hdf5::Native stored) {
  return hdf5::with_type(stored, [](auto* type) -> Unpack { return unpack<std::remove_pointer_t<decltype(type)>, float>; });
}

UnpackTo<double> unpack_to_f64_of(hdf5::Native stored) {
  return hdf5::with_type(stored, [](auto* type) -> UnpackTo<double> { return unpack<std::remove_pointer_t<decltype(type)>, double>; });
}

}  // namespace galen::data
