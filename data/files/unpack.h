#pragma once

#include "data/files/layout.h"
#include "data/hdf5/hdf5.h"

#include <cstddef>

namespace galen::data {

/// Brings one stored sample, at any address, to f32 and channels first.
using Unpack = void (*)(const Layout& layout, const std::byte* stored, float* sample);
Unpack unpack_of(hdf5::Native stored);

}  // namespace galen::data
