#pragma once

#include "galen/atomic_file.h"
#include "galen/digest.h"
#include "trainer/checkpoint/byte_stream.h"

#include <cstdint>
#include <string>

namespace galen::trainer {

/// A file of a run in the making: AtomicFile, whose bytes go to the disk in large pieces, and into the digest while they are in the cache.
class FileSink final : public ByteSink {
 public:
  explicit FileSink(const std::string& path);

  void add(std::string_view bytes) override;

  /// Brings all of it to the disk; nothing can be added any more. Returns the bytes' XXH3-128 as 32 hex digits.
  std::string finish();

  /// Gives the finished file its name, in place of any that has it. The name is safe once sync_folder() has run.
  void publish() { file_.take_name(); }

 private:
  void write(std::string_view bytes);

  AtomicFile file_;
  std::string buffer_;
  std::int64_t written_ = 0;
  std::int64_t started_ = 0;  // of these bytes writing has been requested
  Digest digest_;
};

/// Makes a folder and those above it, where they are missing, and brings their names to the disk.
void make_folder(const std::string& folder);

}  // namespace galen::trainer
