#pragma once

#include "data/formats/arrays/number_type.h"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace galen::data {

/// A sample-first array in a file, open behind its header, read from front to back. Failures throw galen::Error.
class ArrayReader {
 public:
  virtual ~ArrayReader() = default;

  virtual const std::string& name() const = 0;  ///< of file and array, for messages
  virtual void expect_end() = 0;                ///< Throws where the file goes on after the last number.

  const std::vector<std::int64_t>& shape() const { return shape_; }  ///< at least one dimension
  NumberType type() const { return type_; }

  const NumberFaults& faults() const { return faults_; }  ///< of what was read as kFloat or kDouble

  /// The next `n` samples, [n, rest of shape()…], as numbers of type `to`.
  at::Tensor read(std::int64_t n, at::ScalarType to);

 protected:
  virtual void read_bytes(void* bytes, std::size_t count) = 0;

  /// Called once by the derived class, when it has read the header. No dimension at all or an impossible size throws.
  void set_header(NumberType type, std::vector<std::int64_t> shape);

 private:
  NumberType type_;
  NumberFaults faults_;
  std::vector<std::int64_t> shape_;
};

}  // namespace galen::data
