#pragma once

#include <cstddef>
#include <string>

namespace galen {

/// The purpose of a file of secret bytes.
struct KeyFile {
  const char* what;      ///< "a key of checkpoints"
  const char* danger;    ///< what a reader of the key can do: "read the checkpoints"
  const char* remedy;    ///< how to make one, as a sentence
  std::size_t fewest;    ///< bytes
  std::size_t most = 0;  ///< bytes; 0: a MiB
};

/// The bytes of a key file. A missing file throws galen::MissingFile; one that is not a regular file, is too short or too long, or is open
/// to users other than its owner and group throws galen::Error. Callers wipe the bytes where they must not stay in memory.
std::string read_key_file(const std::string& path, const KeyFile& key);

/// A remedy for keys of at least 32 random bytes.
inline constexpr char kMakeKeyFile[] = "Make one, and keep it safe: (umask 077; head -c 32 /dev/urandom > KEYFILE).";

}  // namespace galen
