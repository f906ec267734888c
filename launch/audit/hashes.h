#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace galen::launch {

/// SHA-256 as 64 hex digits, as sha256sum prints it; with a key (32 bytes) HMAC-SHA-256, which nobody can compute without it.
std::string sha256(std::string_view bytes, std::string_view key = {});

/// SHA-256 of text that comes piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();

  void add(std::string_view bytes);
  std::string hex();  ///< once, when all has been added

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// SHA-256 of a file's bytes. One that cannot be read throws galen::Error.
std::string sha256_of_file(const std::string& file);

std::string random_hex();  ///< 64 digits, from the operating system

/// The 32 bytes that `file`, of at least as many secret ones, stands for. Throws as read_key_file() does.
std::string read_audit_key(const std::string& file);

}  // namespace galen::launch
