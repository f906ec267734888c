#pragma once

#include "data/formats/arrays/number_type.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace galen::data {

/// What stands before the numbers of an array in NumPy's .npy format, versions 1 to 3
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
struct NpyHeader {
  NumberType type;
  std::vector<std::int64_t> shape;
};

/// `read(bytes, count)` fetches exactly `count` bytes or throws; afterwards the numbers follow, in C order. `name` is for errors: no
/// .npy format, Fortran order, Python objects, records or another type without meaning here.
NpyHeader read_npy_header(const std::function<void(void*, std::size_t)>& read, const std::string& name);

}  // namespace galen::data
