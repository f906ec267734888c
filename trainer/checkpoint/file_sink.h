#pragma once

#include "galen/atomic_file.h"
#include "galen/digest.h"
#include "trainer/checkpoint/byte_stream.h"

#include <cstdint>
#include <string>

namespace galen::trainer {

/// A new file of a run: an AtomicFile that writes to disk in large pieces and hashes them while they are in the cache.
class FileSink final : public ByteSink {
 public:
  explicit FileSink(const std::string& path);

  void add(std::string_view bytes) override;

  /// Syncs the file to disk; nothing can be added after it. Returns the XXH3-128 of the bytes as 32 hex digits.
  std::string finish();

  /// Gives the finished file its name and replaces any file of that name. The name is durable after sync_folder().
  void publish() { file_.take_name(); }

 private:
  void write(std::string_view bytes);

  AtomicFile file_;
  std::string buffer_;
  std::int64_t written_ = 0;
  std::int64_t started_ = 0;  // bytes for which writing was requested
  Digest digest_;
};

/// Creates a folder and its missing parents, and syncs their names to disk.
void make_folder(const std::string& folder);

}  // namespace galen::trainer
