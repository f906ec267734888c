#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace galen::trainer {

/// Messages from one thread to another, possibly in another process: a ring buffer in shared memory.
class MessageBox {
 public:
  /// Bytes of memory needed for a capacity, a multiple of 64.
  static std::int64_t bytes(std::int64_t capacity);

  /// `memory`: zero-filled, of bytes(capacity), the same for both ends.
  MessageBox(std::byte* memory, std::int64_t capacity);

  /// False if there is no room within `patience`. A text that can never fit is a bug. One sender at a time.
  bool send(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(10));

  /// The next text; empty if none arrives within `patience`. One receiver at a time.
  std::optional<std::string> receive(std::chrono::milliseconds patience);

 private:
  struct Ends;  // positions of sender and receiver, in the memory

  void put(std::int64_t place, const void* bytes, std::int64_t size);
  void get(std::int64_t place, void* bytes, std::int64_t size) const;

  Ends& ends_;
  std::byte* ring_;
  std::int64_t capacity_;
};

}  // namespace galen::trainer
