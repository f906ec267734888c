#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace galen::data {

/// A whole file in memory, read-only, its pages shared with every process that maps it; what is not looked at is not fetched. Throws
/// galen::Error where it cannot be opened or mapped.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  std::span<const std::byte> bytes() const { return {memory_, size_}; }  ///< all of them

  /// [address, address + bytes) of the file. Throws galen::Error where the file is shorter.
  std::span<const std::byte> bytes(std::uint64_t address, std::uint64_t bytes) const;

  /// Tells the system that neighbours of what is looked at are not needed soon.
  void expect_random_access() const;

  /// Asks the system to bring these bytes from the disk while others are used.
  void will_need(std::uint64_t address, std::uint64_t bytes) const;

 private:
  std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  const std::byte* memory_ = nullptr;
};

}  // namespace galen::data
