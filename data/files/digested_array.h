#pragma once

#include "data/files/integrity.h"
#include "data/hdf5/hdf5.h"
#include "galen/digest.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// An array of samples that is written from front to back, with what vouches for it: the digests of its blocks (integrity.h), and its part
/// of the file's content digest.
class DigestedArray {
 public:
  /// `type`: of what is appended; kByte, kShort, kInt (stored as u16), kFloat or kLong (as i32). `compression`: 0: contiguous; 1 … 9: gzip
  /// of that level, in chunks of one sample (small ones: about 256 KB). `file` and `content` outlive it.
  DigestedArray(hdf5::File& file, const std::string& name, at::ScalarType type, const std::vector<std::int64_t>& shape, int compression,
                Digest& content);

  /// The next samples: contiguous, of the type and shape of the rows. One that does not fit into what is stored throws galen::Error.
  void append(const at::Tensor& samples);

  /// After the last one: writes the digests of the blocks.
  void finish();

  hdf5::Array& stored() { return array_; }
  std::int64_t appended() const { return appended_; }

 private:
  template <typename Narrow, typename Wide>
  void append_narrow(const at::Tensor& samples);
  void append_bytes(std::int64_t count, const void* samples);

  hdf5::File& file_;
  Digest& content_;
  hdf5::Native type_;
  hdf5::Array array_;
  BlockDigester blocks_;
  std::int64_t appended_ = 0;
};

}  // namespace galen::data
