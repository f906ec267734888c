#pragma once

#include "data/files/digest.h"
#include "trainer/checkpoint/byte_stream.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace galen::trainer {

/// A file in the making, beside its place and under another name, so that its own name only ever shows it whole. Bytes go to the disk in
/// large pieces, and into the digest while they are in the cache.
///
/// The name is NAME.tmp-MACHINE-RANDOM, and the file is locked (flock) while its writer lives: see remove_abandoned().
class FileSink final : public ByteSink {
 public:
  explicit FileSink(std::string path);
  ~FileSink() override;  ///< removes the file unless published
  FileSink(const FileSink&) = delete;
  FileSink& operator=(const FileSink&) = delete;

  void add(std::string_view bytes) override;

  /// Brings all of it to the disk; nothing can be added any more. Returns the bytes' XXH3-128 as 32 hex digits.
  std::string finish();

  /// Gives the finished file its name, in place of any that has it. The name is safe once sync_folder() has run.
  void publish();

 private:
  void write(std::string_view bytes);

  std::string path_;
  std::string temporary_;
  int file_ = -1;
  std::string buffer_;
  std::int64_t written_ = 0;
  std::int64_t started_ = 0;  // of these bytes the disk has been told
  data::Digest digest_;
};

/// Brings the names in a folder to the disk.
void sync_folder(const std::string& folder);

/// Makes a folder and those above it, where they are missing, and brings their names to the disk.
void make_folder(const std::string& folder);

/// Whether nobody changed a file, or the names in a folder, for an hour.
bool is_untouched(const std::filesystem::path& path);

/// Whether a path is the temporary name of a file in the making.
bool is_temporary(const std::string& path);

/// Removes the temporary files in `folder` whose writers have died: on this machine, or on another one an hour ago.
void remove_abandoned(const std::string& folder);

/// Throws galen::Error: `path`, the reason, and what to do about it. `error` as in errno.
[[noreturn]] void cannot_write(const std::string& path, int error);

}  // namespace galen::trainer
