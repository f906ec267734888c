#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace galen::trainer {

/// Texts from one thread to another, which may be of another process: a ring of bytes in memory that both see.
class MessageBox {
 public:
  /// What it takes of that memory, aligned to 64 bytes.
  static std::int64_t bytes(std::int64_t capacity);

  /// `memory`: zero-filled, of bytes(capacity), the same for both ends.
  MessageBox(std::byte* memory, std::int64_t capacity);

  /// False where there is no room within `patience`. A text that never fits is our own mistake. One sender at a time.
  bool send(const std::string& text, std::chrono::milliseconds patience = std::chrono::seconds(10));

  /// The next text; empty where none comes within `patience`. One receiver at a time.
  std::optional<std::string> receive(std::chrono::milliseconds patience);

 private:
  struct Ends;  // how far sender and receiver are, in the memory

  void put(std::int64_t place, const void* bytes, std::int64_t size);
  void get(std::int64_t place, void* bytes, std::int64_t size) const;

  Ends& ends_;
  std::byte* ring_;
  std::int64_t capacity_;
};

}  // namespace galen::trainer
