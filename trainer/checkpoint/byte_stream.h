#pragma once

#include <cstddef>
#include <string_view>

namespace galen::trainer {

/// Takes bytes one after the other. What cannot be written throws galen::Error.
class ByteSink {
 public:
  virtual ~ByteSink() = default;
  virtual void add(std::string_view bytes) = 0;
};

/// Gives bytes one after the other.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Up to `size` bytes; fewer only at the end, after which it is 0.
  virtual std::size_t read_some(char* bytes, std::size_t size) = 0;
};

}  // namespace galen::trainer
