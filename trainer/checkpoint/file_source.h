#pragma once

#include "galen/digest.h"
#include "trainer/checkpoint/byte_stream.h"

#include <cstdint>
#include <string>

namespace galen::trainer {

/// A file's bytes, and the digest of those read. Throws galen::Error if the file cannot be opened or read.
class FileSource final : public ByteSource {
 public:
  explicit FileSource(std::string path);
  ~FileSource() override;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;

  std::size_t read_some(char* bytes, std::size_t size) override;

  const std::string& path() const { return path_; }
  std::int64_t position() const { return position_; }

  /// XXH3-128 of all bytes read so far, as 32 hex digits.
  std::string digest() const { return digest_.hex(); }

 private:
  std::string path_;
  int file_ = -1;
  std::int64_t position_ = 0;
  Digest digest_;
};

/// Reads to the end, to complete the digest.
void drain(ByteSource& source);

}  // namespace galen::trainer
