#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace galen {

/// What a link means at the name of a file that is to be written.
enum class Links {
  kFollow,  ///< names that a user gives: the file that the link names is written, in its own folder; the link stays
  kRefuse,  ///< names that the program chooses, in the folder of a run: somebody else put a link there
};

/// Throws galen::UsageError where `name` is no name for a new file: a folder, a device, in a folder that does not exist, or (unless
/// `overwrite`) the name of a file that exists.
void expect_free_name(const std::string& name, bool overwrite);

/// A file in the making: written under a temporary name beside its own, so that its own name only ever shows it whole.
///
/// The temporary name is NAME.tmp-MACHINE-RANDOM; the file is new, and locked while its writer lives: see remove_abandoned(). A file that
/// is replaced hands on its permissions and, where the process may do that, its owner.
class AtomicFile {
 public:
  /// kFollow: throws as expect_free_name() does. Throws galen::Error where no file can be made.
  AtomicFile(std::string name, bool overwrite, Links links = Links::kFollow);
  ~AtomicFile();  ///< removes the temporary file unless published
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::string& name() const { return name_; }
  const std::string& temporary_name() const { return temporary_name_; }  ///< for libraries that write by name
  int descriptor() const { return descriptor_; }

  void write(std::string_view bytes);

  /// Brings all of it to the disk.
  void sync();

  /// Gives it its name, in place of any file that has it. The name is safe once sync_folder() has run.
  void take_name();

  /// All three.
  void publish();

 private:
  std::string name_;
  std::string target_;  ///< where a link at `name_` leads, else that name
  std::string temporary_name_;
  bool overwrite_;
  bool published_ = false;
  int descriptor_ = -1;
};

/// A name for a temporary file, or link, that becomes `path`.
std::string temporary_name(const std::string& path);

/// Whether a path is such a name.
bool is_temporary(const std::string& path);

/// Removes the temporary files in `folder` whose writers have died: on this machine, or on another one an hour ago. `of`: those of one file
/// alone, by its name in the folder.
void remove_abandoned(const std::string& folder, const std::string& of = "");

/// Whether a file, or the names in a folder, did not change for an hour.
bool is_untouched(const std::filesystem::path& path);

/// Brings the names in a folder to the disk.
void sync_folder(const std::string& folder);

/// The folder that a file lies in: "." of a mere name.
std::string folder_of(const std::string& file);

/// Throws galen::Error: `path`, the reason, and what to do about it. `error` as in errno.
[[noreturn]] void cannot_write(const std::string& path, int error);

}  // namespace galen
