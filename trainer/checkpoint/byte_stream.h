#pragma once

#include <cstddef>
#include <string_view>

namespace galen::trainer {

/// Takes bytes in order. A failed write throws galen::Error.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void add(std::string_view bytes) = 0;
};

/// Returns bytes in order.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Reads up to `size` bytes. Fewer are returned only at the end; after it, 0.
  virtual std::size_t read_some(char* bytes, std::size_t size) = 0;
};

}  // namespace galen::trainer
