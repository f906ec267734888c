#pragma once

#include "data/files/layout.h"
#include "data/hdf5/hdf5.h"

#include <cstddef>

namespace galen::data {

/// Brings one stored sample, at any address, to channels first: to f32, or to f64, which holds all stored values but whole numbers of more
/// than 53 bits.
template <typename Value>
using UnpackTo = void (*)(const Layout& layout, const std::byte* stored, Value* sample);
using Unpack = UnpackTo<float>;
Unpack unpack_of(hdf5::Native stored);
UnpackTo<double> unpack_to_f64_of(hdf5::Native stored);

}  // namespace galen::data
