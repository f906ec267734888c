#pragma once

#include "trainer/checkpoint/byte_stream.h"
#include "trainer/checkpoint/slices.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// Writes a file of named tensors in the safetensors format: 8 bytes of header length (little-endian), a JSON header of names, dtypes,
/// shapes and byte ranges, then the bytes. No code runs when one is read. bool, integers of 8 to 64
/// bits (unsigned: u8), bf16, f16, f32, f64.
///
/// A slice of a tensor is stored under the tensor's name as a vector, and the header's __metadata__ says of what it is a slice, as JSON:
/// {"elements": [begin, end], "shape": […]}. The bytes are a pure function of the slices. Tensors may be on any device.
void write_safetensors(ByteSink& file, const std::vector<TensorSlice>& slices);

/// Throws galen::Error, which names the tensor, where one is of a type that the format has not.
void check_storable(const std::vector<models::NamedTensor>& tensors);

/// What such a file says of a tensor; `begin` and `end` as in TensorSlice.
struct StoredSlice {
  std::string name;
  at::ScalarType type{};
  std::vector<std::int64_t> shape;  ///< of the whole tensor
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t bytes() const;
};

/// Reads a header. The slices are in the order of their bytes, which follow at once, without gaps. What is no such header throws
/// galen::Error; `path` names the file in it.
std::vector<StoredSlice> read_safetensors_header(ByteSource& file, const std::string& path);

}  // namespace galen::trainer
