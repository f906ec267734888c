#pragma once

#include "trainer/checkpoint/byte_stream.h"
#include "trainer/checkpoint/slices.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::trainer {

/// Writes a file of named tensors in the safetensors format: 8 bytes of header length (little-endian), a JSON header of names, dtypes,
/// shapes and byte ranges, then the bytes. Reading it executes no code. Types: bool, integers of 8 to 64 bits (unsigned: u8), bf16, f16,
/// f32, f64.
///
/// A slice of a tensor is stored under the tensor's name as a vector; the header's __metadata__ describes the slice as JSON:
/// {"elements": [begin, end], "shape": […]}. The bytes are a pure function of the slices. Tensors may be on any device.
void write_safetensors(ByteSink& file, const std::vector<TensorSlice>& slices);

/// Throws galen::Error, which names the tensor, if the format does not support its type.
void check_storable(const std::vector<models::NamedTensor>& tensors);

/// The header's entry of a tensor; `begin` and `end` as in TensorSlice.
struct StoredSlice {
  std::string name;
  at::ScalarType type{};
  std::vector<std::int64_t> shape;  ///< of the whole tensor
  std::int64_t begin = 0;
  std::int64_t end = 0;

  std::int64_t bytes() const;
};

/// Reads a header. The slices are in the order of their bytes, which follow without gaps. An invalid header throws galen::Error; `path`
/// names the file in it.
std::vector<StoredSlice> read_safetensors_header(ByteSource& file, const std::string& path);

}  // namespace galen::trainer
