#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace galen {

/// What happens where the name of the file to write is a link.
enum class Links {
  kFollow,  ///< names that a user gives: the target of the link is written, in its own folder; the link stays
  kRefuse,  ///< names that the program chooses, in the folder of a run: a link there is not the program's
};

/// Throws galen::UsageError if `name` cannot name a new file: it is a folder or a device, its folder does not exist, or (unless
/// `overwrite`) the file exists.
void expect_free_name(const std::string& name, bool overwrite);

/// A file that appears under its name only when it is complete: it is written under a temporary name beside it.
///
/// The temporary name is NAME.tmp-MACHINE-RANDOM. The file is locked while its writer runs: see remove_abandoned(). Permissions and, where
/// the process may set it, the owner of a replaced file are kept.
class AtomicFile {
 public:
  /// kFollow: throws as expect_free_name() does. Throws galen::Error if the file cannot be created.
  AtomicFile(std::string name, bool overwrite, Links links = Links::kFollow);
  ~AtomicFile();  ///< removes the temporary file unless published
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::string& name() const { return name_; }
  const std::string& temporary_name() const { return temporary_name_; }  ///< for libraries that write by name
  int descriptor() const { return descriptor_; }

  void write(std::string_view bytes);

  /// Flushes the file to disk.
  void sync();

  /// Renames it to its final name, replacing any file of that name. The name is durable once sync_folder() has run.
  void take_name();

  /// sync(), publish() and sync_folder().
  void publish();

 private:
  std::string name_;
  std::string target_;  ///< the target of a link at `name_`, else `name_`
  std::string temporary_name_;
  bool overwrite_;
  bool published_ = false;
  int descriptor_ = -1;
};

/// A temporary name for a file, or link, that is renamed to `path`.
std::string temporary_name(const std::string& path);

/// Whether `path` is such a name.
bool is_temporary(const std::string& path);

/// Removes the temporary files in `folder` whose writers have ended: on this machine, or on another one at least an hour ago. `of`: only
/// those of the file of this name in the folder.
void remove_abandoned(const std::string& folder, const std::string& of = "");

/// Whether a file, or the entries of a folder, are unchanged for an hour.
bool is_untouched(const std::filesystem::path& path);

/// Flushes the entries of a folder to disk.
void sync_folder(const std::string& folder);

/// The folder of a file: "." for a plain name.
std::string folder_of(const std::string& file);

/// Throws galen::Error: `path`, the reason, and what to do. `error`: a value of errno.
[[noreturn]] void cannot_write(const std::string& path, int error);

}  // namespace galen
