#include "galen/atomic_file.h"

#include "galen/error.h"
#include "galen/host.h"
#include "galen/own_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>
#include <utility>

namespace galen {

namespace fs = std::filesystem;

namespace {

constexpr char kMark[] = ".tmp-";
constexpr int kMostLinks = 40;  // the kernel's limit
constexpr mode_t kPermissions = S_IRWXU | S_IRWXG | S_IRWXO;

// Eight hex digits, different on every machine that runs at the same time.
const std::string& this_machine() {
  static const std::string kId = boot_id().substr(0, 8);
  return kId;
}

std::string advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "Free some space; for a run, set checkpoint.keep_last and checkpoint.keep_best lower.";
    case EROFS:
    case EACCES:
    case EPERM:
      return "Check the folder's permissions, and how its disk is mounted.";
    case ENOENT:
    case ESTALE:
      return "Another program removed or renamed its folder.";
    case EIO:
      return "The disk or its network connection fails: see the system's log.";
    default:
      return "Check the disk and the folder's permissions.";
  }
}

// A lock on one byte beyond the largest file size: HDF5 locks whole files with another kind of lock.
bool lock(int descriptor, int command) {
  struct flock range = {};
  range.l_type = F_WRLCK;
  range.l_whence = SEEK_SET;
  range.l_start = off_t{1} << 62;
  range.l_len = 1;
  return ::fcntl(descriptor, command, &range) == 0;
}

bool try_lock(int descriptor) { return lock(descriptor, F_OFD_SETLK); }

bool is_taken(int error) { return error == EAGAIN || error == EACCES; }

// A writer on this machine holds a lock. Some file systems do not show the locks of other machines; there the time of the last write
// counts.
void remove_if_abandoned(const fs::path& file) {
  std::error_code ignored;  // the next call sees it again
  const bool ours = file.filename().string().find(kMark + this_machine()) != std::string::npos;
  if (ours && !fs::is_symlink(file, ignored)) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (descriptor < 0) return;
    const bool free = try_lock(descriptor);
    const int refused = free ? 0 : errno;
    struct stat status = {};
    const bool same = ::fstat(descriptor, &status) == 0 && status.st_nlink > 0;  // else the name may belong to another file
    if (free && same) fs::remove(file, ignored);                                 // under the lock: see open_locked()
    ::close(descriptor);
    if (free || is_taken(refused)) return;
  }
  if (is_untouched(file)) fs::remove(file, ignored);
}

// A new file. A process that already holds its lock takes the file for abandoned: wait until it has removed the file, then create another.
// On a file system without locks, the time of the last write shows that the file is in use.
int open_locked(const std::string& path, mode_t mode) {
  for (;;) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    if (file < 0) return file;
    if (!try_lock(file) && is_taken(errno)) lock(file, F_OFD_SETLKW);
    struct stat status = {};
    if (::fstat(file, &status) != 0 || status.st_nlink > 0) return file;
    ::close(file);
  }
}

// Follows dangling links, too.
std::string followed(const std::string& name) {
  fs::path path = name;
  std::error_code none;
  for (int links = 0; fs::is_symlink(path, none); ++links) {
    if (links == kMostLinks) throw Error("{}: this link leads in a circle.", name);
    const fs::path next = fs::read_symlink(path, none);
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path.string();
}

// Copies the permissions and the owner of the file that is replaced.
void hand_on_rights(const std::string& target, int descriptor) {
  struct stat before = {}, made = {};
  if (::lstat(target.c_str(), &before) != 0 || !S_ISREG(before.st_mode) || ::fstat(descriptor, &made) != 0) return;
  const bool another = before.st_uid != made.st_uid || before.st_gid != made.st_gid;
  if (another && ::fchown(descriptor, before.st_uid, before.st_gid) != 0) {
    [[maybe_unused]] const int kept = ::fchown(descriptor, static_cast<uid_t>(-1), before.st_gid);  // only root may change the owner
  }
  [[maybe_unused]] const int kept = ::fchmod(descriptor, before.st_mode & kPermissions);
}

mode_t mode_for(const std::string& target) {
  struct stat before = {};
  return ::lstat(target.c_str(), &before) == 0 && S_ISREG(before.st_mode) ? before.st_mode & kPermissions & 0666 : 0666;
}

[[noreturn]] void refuse_existing(const std::string& name) {
  throw UsageError("{}: the file exists. Choose another name, or use --overwrite.", name);
}

}  // namespace

void expect_free_name(const std::string& name, bool overwrite) {
  std::error_code none;
  const fs::file_status status = fs::status(name, none);
  if (fs::is_directory(status)) throw UsageError("{}: this is a folder; name a file to write.", name);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    throw UsageError("{}: this is a device, a FIFO or a socket, not a file; name a file to write.", name);
  }
  if (!overwrite && fs::exists(status)) refuse_existing(name);
  const std::string folder = folder_of(followed(name));
  if (!fs::is_directory(folder, none)) throw UsageError("{}: the folder {} does not exist. Make it first.", name, folder);
}

AtomicFile::AtomicFile(std::string name, bool overwrite, Links links) : name_(std::move(name)), overwrite_(overwrite) {
  if (links == Links::kFollow) {
    expect_free_name(name_, overwrite);
    target_ = followed(name_);
    remove_abandoned(folder_of(target_), fs::path(target_).filename().string());
  } else {
    expect_own_file(name_);
    target_ = name_;  // the checkpoint store cleans the folders of runs
  }
  temporary_name_ = galen::temporary_name(target_);
  descriptor_ = open_locked(temporary_name_, mode_for(target_));
  if (descriptor_ < 0) cannot_write(name_, errno);
}

AtomicFile::~AtomicFile() {
  if (!published_) ::unlink(temporary_name_.c_str());
  if (descriptor_ >= 0) ::close(descriptor_);
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) cannot_write(name_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void AtomicFile::sync() {
  if (::fdatasync(descriptor_) != 0 && errno != EINVAL) cannot_write(name_, errno);
}

void AtomicFile::take_name() {
  hand_on_rights(target_, descriptor_);
  int failed = -1;
  if (!overwrite_) {
    failed = ::renameat2(AT_FDCWD, temporary_name_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE);
    if (failed != 0 && errno == EEXIST) refuse_existing(name_);
  }
  if (failed != 0) failed = ::rename(temporary_name_.c_str(), target_.c_str());  // some file systems support no other kind
  if (failed != 0) cannot_write(name_, errno);
  published_ = true;
  const int closed = ::close(std::exchange(descriptor_, -1));
  if (closed != 0) cannot_write(name_, errno);
}

void AtomicFile::publish() {
  sync();
  take_name();
  sync_folder(folder_of(target_));
}

std::string temporary_name(const std::string& path) {
  std::random_device random;
  return fmt::format("{}{}{}-{:08x}{:08x}", path, kMark, this_machine(), random(), random());
}

bool is_temporary(const std::string& path) { return fs::path(path).filename().string().find(kMark) != std::string::npos; }

void remove_abandoned(const std::string& folder, const std::string& of) {
  std::error_code ignored;
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (is_temporary(name) && (of.empty() || name.starts_with(of + kMark))) remove_if_abandoned(entry->path());
  }
}

// Does not follow links.
bool is_untouched(const fs::path& path) {
  struct stat status = {};
  if (::lstat(path.c_str(), &status) != 0) return false;
  return std::chrono::system_clock::now() - std::chrono::system_clock::from_time_t(status.st_mtime) > std::chrono::hours(1);
}

void sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) cannot_write(folder, errno);
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (error != 0 && error != EINVAL) cannot_write(folder, error);  // some file systems cannot sync a folder
}

std::string folder_of(const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  return folder.empty() ? "." : folder.string();
}

void cannot_write(const std::string& path, int error) {
  throw Error("{}: cannot be written: {}. {}", path, std::strerror(error), advice(error));
}

}  // namespace galen
