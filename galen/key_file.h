#pragma once

#include <cstddef>
#include <string>

namespace galen {

/// What a file of secret bytes is for.
struct KeyFile {
  const char* what;      ///< "a key of checkpoints"
  const char* danger;    ///< what everybody who reads it can do: "read the checkpoints"
  const char* remedy;    ///< how one is made, as a sentence
  std::size_t fewest;    ///< bytes
  std::size_t most = 0;  ///< bytes; 0: a MiB
};

/// The bytes of a key file. A file that is missing throws galen::MissingFile; one that is no file, too short, too long, or open to users
/// other than its owner and group throws galen::Error. Callers wipe the bytes where they must not stay in memory.
std::string read_key_file(const std::string& path, const KeyFile& key);

/// A remedy for keys of 32 and more random bytes.
inline constexpr char kMakeKeyFile[] = "Make one, and keep it safe: (umask 077; head -c 32 /dev/urandom > KEYFILE).";

}  // namespace galen
