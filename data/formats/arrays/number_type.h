#pragma once

#include "data/formats/number_faults.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

namespace galen::data {

/// The number type of an array in a file.
struct NumberType {
  char kind = 'u';  ///< b bool, i signed, u unsigned, f floating point
  int bytes = 1;
  bool big_endian = false;

  bool operator==(const NumberType&) const = default;
};

/// Whether decode() knows the type.
bool is_known(NumberType type);

/// How the schema stores samples of this type: bool and u8 as kByte, u16 as kInt, everything else as kFloat.
at::ScalarType storage_type(NumberType type);

/// Whether f32 holds all numbers of the type.
bool f32_holds(NumberType type);

/// The numbers in `bytes`, in C order, as a tensor of `shape` and type `to`. Where that is kFloat or kDouble, what it does not hold, and
/// what is no number, is counted.
at::Tensor decode(std::span<const std::uint8_t> bytes, const std::vector<std::int64_t>& shape, NumberType type, at::ScalarType to,
                  NumberFaults& faults);

/// Product of the dimensions, or -1 where one is negative or the product is beyond any file (this one is damaged).
std::int64_t element_count(std::span<const std::int64_t> shape);

}  // namespace galen::data
