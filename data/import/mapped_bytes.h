#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace galen::data {

/// A file's bytes, mapped to be read: what is not looked at is not fetched. A file that cannot be opened throws galen::Error.
class MappedBytes {
 public:
  explicit MappedBytes(const std::string& path);
  ~MappedBytes();
  MappedBytes(const MappedBytes&) = delete;
  MappedBytes& operator=(const MappedBytes&) = delete;

  std::span<const std::uint8_t> bytes() const { return {data_, size_}; }

 private:
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace galen::data
