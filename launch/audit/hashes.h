#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace galen::launch {

/// SHA-256 as 64 hex digits, as printed by sha256sum; with a key (32 bytes) HMAC-SHA-256, which cannot be computed without it.
std::string sha256(std::string_view bytes, std::string_view key = {});

/// SHA-256 of text that is added in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void add(std::string_view bytes);
  std::string hex();  ///< call once, after the last piece

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 of a file's bytes. Throws galen::Error if it cannot be read.
std::string sha256_of_file(const std::string& file);

std::string random_hex();  ///< 64 digits, from the operating system

/// The 32-byte key derived from `file`, which has at least as many secret bytes. Throws as read_key_file() does.
std::string read_audit_key(const std::string& file);

}  // namespace galen::launch
